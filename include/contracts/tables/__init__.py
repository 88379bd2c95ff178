"""Learn's 42 tables, one model each, named as Learn names its own models."""

from __future__ import annotations

from types import ModuleType

from ..table import LearnTable
from . import catalog, content, media, news, reference, runs, users


def _tables(module: ModuleType) -> list[type[LearnTable]]:
    found = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, LearnTable)]
    return [model for model in found if "__table__" in vars(model)]


TABLES: dict[str, type[LearnTable]] = {
    model.__table__.name: model for module in (reference, catalog, runs, content, media, users, news) for model in _tables(module)
}
"""Every table by its name, a table after those it refers to."""
