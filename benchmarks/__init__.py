"""Measurements of every stage against the raw tool, in one run (`make bench`)."""
