"""Delivery to Learn's Postgres: only units that differ, set-based, one transaction per chunk."""

from include.delivery.deliver import deliver
from include.delivery.model import DeliveryResult, DeliverySettings, ReferenceResult
from include.delivery.news import deliver_news
from include.delivery.reference import deliver_reference
from include.delivery.schema import ensure_schema

__all__ = ["DeliveryResult", "DeliverySettings", "ReferenceResult", "deliver", "deliver_news", "deliver_reference", "ensure_schema"]
