"""What we consume of each record, as models that say whether a record can be used.

A model names only the fields that are read further on; everything else passes unseen. A record that does not validate goes to
`ops.rejects`; the last good version stays. The fields are typed dictionaries within one model: nothing is built of a record that is
only looked at, which makes it four times as fast.
"""
