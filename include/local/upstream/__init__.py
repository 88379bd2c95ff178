"""The sandbox upstream: answers as the real publishers do, on loopback, and can be told to change or to misbehave.

``app.create_app`` serves every feed of ``feeds`` (how to add one is said there) over HTTP or fills its bucket on the S3 server;
records come from the feed's generator (a seed, a number, a clock) or from a folder of recorded payloads (``recorded``).
``control`` documents the endpoint that edits, adds and removes records, moves the clock and orders faults; ``client`` talks to it.
"""
