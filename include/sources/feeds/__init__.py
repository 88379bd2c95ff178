"""One module per feed that is not only a manifest: each exposes ``SOURCE``."""
