"""The signature of a webhook: hex HMAC-SHA256 of the raw body under a secret that both sides have (sources.md 5.6)."""

from __future__ import annotations

import hmac

HEADER = "X-MITLearn-Signature"


def sign(secret: str, body: bytes) -> str:
    """The signature that a sender puts into ``HEADER``."""
    return hmac.new(secret.encode(), body, "sha256").hexdigest()


def is_signed(secret: str, body: bytes, signature: str | None) -> bool:
    """Whether ``signature`` is that of ``body``; compared in constant time. Without a secret nothing is."""
    return bool(secret) and signature is not None and hmac.compare_digest(sign(secret, body).encode(), signature.encode())
