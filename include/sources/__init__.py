"""Extraction: one module per source, each yielding raw records page by page, nothing interpreted."""
