"""The Astro project beside the embedded stack: both define what the DAGs use, under the same names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from include.local.connections import connections
from include.local.pools import POOLS
from include.local.settings import ROOT, Settings
from include.local.variables import VARIABLES
from include.sources.registry import SOURCES

SOURCES_OF_USES = [*sorted((ROOT / "dags").glob("*.py")), *sorted((ROOT / "include" / "orchestration").glob("*.py"))]
GETTERS = {"Connection": "get", "Variable": "get"}


@pytest.fixture(scope="module")
def astro() -> dict[str, list[dict[str, Any]]]:
    return yaml.safe_load((ROOT / "airflow_settings.yaml").read_text())["airflow"]


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return connections(Settings(home=tmp_path_factory.mktemp("home")))


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in SOURCES_OF_USES:
        yield path, ast.parse(path.read_text())


def used_connections(known: set[str]) -> set[str]:
    """Ids in the code: constants that are, or look like, a connection id, and what the sources declare."""
    used = {source.connection_id for source in SOURCES.values()}
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                used |= {
                    each.value.value
                    for each in node.keywords
                    if each.arg and each.arg.endswith("conn_id") and isinstance(each.value, ast.Constant)
                }
            if isinstance(node, ast.Constant) and node.value in known:
                used.add(node.value)
    return {str(each) for each in used}


def constant_strings() -> set[str]:
    return {node.value for _, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def used_variables() -> set[str]:
    found = set()
    for _, tree in trees():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.attr == GETTERS.get(node.func.value.id)
                and node.func.value.id == "Variable"
            ):
                found.add(ast.literal_eval(node.args[0]))
        found |= set(re.findall(r"\{\{\s*var\.(?:value|json)\.(\w+)", ast.unparse(tree)))
    return found


def used_pools() -> set[str]:
    from include.orchestration.defaults import Pool, upstream_pool

    return {pool.value for pool in Pool} | set(map(upstream_pool, SOURCES))


def test_both_worlds_have_the_same_connections(astro: dict[str, Any], local: dict[str, Any]) -> None:
    assert {each["conn_id"] for each in astro["connections"]} == local.keys()


def test_every_connection_in_use_is_defined(local: dict[str, Any]) -> None:
    assert used_connections(set(local)) <= local.keys()
    assert local.keys() <= used_connections(set(local)), "a connection that nothing uses"


def test_connections_are_of_the_same_type_with_the_same_extras(astro: dict[str, Any], local: dict[str, Any]) -> None:
    for each in astro["connections"]:
        twin = local[each["conn_id"]]
        assert each["conn_type"] == twin["conn_type"], each["conn_id"]
        assert each.get("conn_extra", {}).keys() == twin.get("extra", {}).keys(), each["conn_id"]
        assert each.get("conn_schema") == twin.get("schema"), each["conn_id"]


def test_pools_are_the_same_in_both_worlds_and_in_the_dags(astro: dict[str, Any]) -> None:
    declared = {each["pool_name"]: (each["pool_slot"], each["pool_description"]) for each in astro["pools"]}
    assert declared == POOLS
    assert used_pools() == POOLS.keys()


def test_every_variable_in_use_is_defined(astro: dict[str, Any]) -> None:
    assert used_variables() == {each["variable_name"] for each in astro["variables"]} == VARIABLES.keys()


def test_connections_are_reached_by_name_of_a_compose_service(astro: dict[str, Any]) -> None:
    services = yaml.safe_load((ROOT / "docker-compose.override.yml").read_text())["services"]
    for each in astro["connections"]:
        address = each.get("conn_host") or each["conn_extra"]["endpoint_url"]
        host = re.sub(r"^https?://", "", address).split(":")[0]
        assert host in services or host == "api-server", each["conn_id"]


def test_compose_services_are_on_astros_network_and_open_on_loopback_only() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.override.yml").read_text())
    for name, service in compose["services"].items():
        if "image" in service:
            assert service["networks"] == ["airflow"], name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        assert {volume.split(":")[0] for volume in service.get("volumes", []) if not volume.startswith(".")} <= compose["volumes"].keys()


def test_image_and_project_files() -> None:
    assert (ROOT / "Dockerfile").read_text().startswith("FROM astrocrpublic.azurecr.io/runtime:3.3-8-python-3.12\n")
    assert yaml.safe_load((ROOT / ".astro" / "config.yaml").read_text())["project"]["name"] == "learn-pipelines"
    pinned = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert all("==" in line for line in pinned)


def test_lock_has_what_is_pinned_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if "==" in line:
                package, version = re.sub(r"\[.*?\]", "", line).split("==")
                assert re.search(rf"(?mi)^{re.escape(package)}(\[.*?\])?=={re.escape(version)}\b", lock), line
    assert "://" not in lock
    assert "--index" not in lock
