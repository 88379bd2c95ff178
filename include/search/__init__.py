"""Delivery to OpenSearch: documents built from Learn's Postgres, sent in bulk, each answer read (architecture 7)."""

from include.search.bulk import Limits
from include.search.client import SearchSettings, make_client
from include.search.indexes import ensure_indexes
from include.search.ledger import SyncResult, ensure_schema
from include.search.query import Hit, search
from include.search.sync import sync

__all__ = ["Hit", "Limits", "SearchSettings", "SyncResult", "ensure_indexes", "ensure_schema", "make_client", "search", "sync"]
