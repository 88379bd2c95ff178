"""What is generated from the contract, where it lies, and whether it is up to date."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from .dbt_yaml import marts_yaml
from .ddl import schema_sql
from .documents import RESOURCE_DOCUMENTS, ContentFileDocument, index_bodies
from .tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
"""The folder that holds ``contracts`` and ``dbt``."""


def json_schema() -> dict[str, Any]:
    """JSON Schema of the rows of every table and of the documents of every index."""
    documents = {f"{kind.value}_document": model for kind, model in RESOURCE_DOCUMENTS.items()}
    named: dict[str, type[BaseModel]] = {**TABLES, **documents, "content_file_document": ContentFileDocument}
    modes, definitions = models_json_schema(
        [(model, "validation") for model in named.values()], title="Learn's tables and search documents"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **definitions,
        "properties": {name: modes[model, "validation"] for name, model in named.items()},
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


ARTIFACTS: dict[str, Callable[[], str]] = {
    "contracts/generated/learn_schema.sql": schema_sql,
    "contracts/generated/index_bodies.json": lambda: _json(index_bodies()),
    "contracts/generated/schema.json": lambda: _json(json_schema()),
    "dbt/models/marts/_marts__contracts.yml": marts_yaml,
}
"""Path below ``ROOT``, and what makes the text."""


def generate(root: Path = ROOT) -> list[str]:
    """Write every file that differs; return their paths."""
    changed = stale(root)
    for path in changed:
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(ARTIFACTS[path](), encoding="utf-8")
    return changed


def stale(root: Path = ROOT) -> list[str]:
    """The files below ``root`` that are missing or differ from the contract."""
    return [path for path, make in ARTIFACTS.items() if _read(root / path) != make()]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
