"""Is an index what the contract declares? Compares mapping and analysis, and names the first difference of each field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# Parameters that the server writes into a mapping by itself.
SERVER_DEFAULTS = {"eager_global_ordinals": True, "dynamic": "true"}
ABSENT = "nothing"


def mapping_differences(declared: dict[str, Any], actual: dict[str, Any], path: str = "") -> Iterator[str]:
    """Where the mapping of an index differs from the declared one, as ``field: declared X, index has Y``.

    Fields that only the index has are no difference: they were added dynamically by documents (target_model 2.4).
    """
    fields = actual.get("properties", {})
    for name, field in declared.get("properties", {}).items():
        place = f"{path}.{name}" if path else name
        if name not in fields:
            yield f"{place}: declared {_parameters(field)}, index has {ABSENT}"
            continue
        if _parameters(field) != _parameters(fields[name]):
            yield f"{place}: declared {_parameters(field)}, index has {_parameters(fields[name])}"
        yield from mapping_differences(field, fields[name], place)
        yield from mapping_differences(_subfields(field), _subfields(fields[name]), place)


def analysis_differences(declared: dict[str, Any], actual: dict[str, Any], path: str = "analysis") -> Iterator[str]:
    """Where the analysis settings differ. The server answers with every leaf as text, so leaves are compared as text."""
    for name in sorted(declared.keys() | actual.keys()):
        place = f"{path}.{name}"
        wanted, found = declared.get(name, ABSENT), actual.get(name, ABSENT)
        if isinstance(wanted, dict) and isinstance(found, dict):
            yield from analysis_differences(wanted, found, place)
        elif _as_text(wanted) != _as_text(found):
            yield f"{place}: declared {wanted}, index has {found}"


def _parameters(field: dict[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in field.items() if name not in ("properties", "fields")}
    if "properties" in field and own.get("type") == "object":
        del own["type"]  # the server leaves out the type of a plain object
    return {name: value for name, value in own.items() if SERVER_DEFAULTS.get(name) != value}


def _subfields(field: dict[str, Any]) -> dict[str, Any]:
    return {"properties": field.get("fields", {})}


def _as_text(value: Any) -> Any:
    return [str(item) for item in value] if isinstance(value, list) else str(value)
