"""One module per feed: where its recorded payloads lie, and which golden files say what becomes of them.

A module exposes ``payloads(folder)``, by (source, stream), ``GOLDEN``, the golden files of these payloads, and, where a file needs other
payloads of the same feed, ``FURTHER``, datasets of their own. The payloads of all modules are loaded together. A feed of which a set of
golden files says nothing may lack its payloads. ``AS_LEARN_DOES`` names the dbt vars that switch a fixed quirk of the feed on again.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any

from include.errors import NothingLanded
from include.parity.recorded import Dataset, GoldenFile, Payloads
from include.sources.base import Json


def as_learn_does() -> dict[str, Any]:
    """dbt vars with which every record is made as Learn makes it."""
    return {name: value for module in _modules() for name, value in getattr(module, "AS_LEARN_DOES", {}).items()}


def _modules() -> list[ModuleType]:
    return [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]


def datasets(golden_folder: Path) -> tuple[Dataset, ...]:
    """All recordings together, then those that stand alone.

    :raises NothingLanded: (when payloads are read) a golden file is there and the payloads that it is about are not.
    """
    modules = _modules()

    def is_asked(files: tuple[GoldenFile, ...]) -> bool:
        return any((golden_folder / f"{file.name}.json").is_file() for file in files)

    def together(folder: Path) -> Payloads:
        found: dict[tuple[str, str], list[Json]] = {}
        for module in modules:
            try:
                found |= module.payloads(folder)
            except NothingLanded:
                if is_asked(module.GOLDEN):
                    raise
        return found

    golden = tuple(file for module in modules for file in module.GOLDEN)
    further = [dataset for module in modules for dataset in getattr(module, "FURTHER", ()) if is_asked(dataset.golden)]
    return (Dataset("catalogues", together, golden), *further)
