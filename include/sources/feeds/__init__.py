"""One module per feed that is not a plain manifest: each exposes ``SOURCE``, and the registry finds it by that."""
