"""What is made of landed text in Python, because SQL is the wrong tool for it: once for all feeds, here, versioned.

Everything in this package is a pure function of what was landed, with a version: a new version makes the result anew from the landing,
and nothing is asked of a publisher again.
"""
