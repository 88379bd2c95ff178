"""The embedded stack: every server of the pipeline on one machine, without Docker.

Modules that run before ``.venv`` exists (``install``, ``artifacts``, ``progress``) use the standard library and rich only.
"""
