"""Delivery to OpenSearch: documents built from Learn's Postgres, sent in bulk, each answer read (architecture 7)."""
