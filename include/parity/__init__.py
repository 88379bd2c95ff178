"""Are our normalized records those that Learn's own transforms make of the same payloads? See docs/parity.md."""
