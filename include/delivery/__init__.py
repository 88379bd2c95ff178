"""Delivery to Learn's Postgres: only units that differ, set-based, one transaction per chunk."""

from include.delivery.deliver import deliver
from include.delivery.model import DeliveryResult, DeliverySettings, Modes, ReferenceResult
from include.delivery.news import deliver_news
from include.delivery.reference import deliver_reference
from include.delivery.rehearsal import dry_run
from include.delivery.schema import ensure_schema
from include.delivery.shadow import deliver_shadow
from include.delivery.sweep import sweep

__all__ = [
    "DeliveryResult",
    "DeliverySettings",
    "Modes",
    "ReferenceResult",
    "deliver",
    "deliver_news",
    "deliver_reference",
    "deliver_shadow",
    "dry_run",
    "ensure_schema",
    "sweep",
]
