"""Airflow's variables of a local stack: settings of the pipelines that are neither a connection nor a pool."""

from __future__ import annotations

import json
from collections.abc import Mapping

VARIABLES: Mapping[str, tuple[str, str]] = {
    # Nobody but us writes this Learn; where Learn's own loaders still run, the default is `shadow` (docs/decisions/0023).
    "delivery_modes": (json.dumps({"default": "on"}), "How each feed is delivered: on, shadow (beside Learn, compared) or off"),
}
"""Name -> value at the first start, and what it is for."""
