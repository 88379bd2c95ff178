"""What is generated from the contract: up to date, equal to Learn's own, accepted by the real servers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from opensearchpy import OpenSearch

from include.contracts.documents import index_bodies
from include.contracts.generate import ARTIFACTS, ROOT, generate, stale
from include.contracts.marts import MARTS
from include.contracts.tables import TABLES


def test_the_generated_files_are_up_to_date() -> None:
    assert stale() == [], "run `python -m include.contracts generate`"


def test_check_names_the_files_that_differ(tmp_path: Path) -> None:
    assert sorted(generate(tmp_path)) == sorted(ARTIFACTS)
    changed = next(iter(ARTIFACTS))
    (tmp_path / changed).write_text("-- edited by hand\n")
    check = subprocess.run(
        [sys.executable, "-m", "include.contracts", "check", "--root", str(tmp_path)],
        cwd=ROOT.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert check.returncode == 1
    assert [line.split(" ")[3] for line in check.stderr.splitlines()] == [changed]
    assert generate(tmp_path) == [changed]
    assert stale(tmp_path) == []


def test_index_bodies_are_learns(shared_data: Path) -> None:
    expected = json.loads((shared_data / "learn" / "index_bodies.json").read_text())
    generated = json.loads((ROOT / "contracts" / "generated" / "index_bodies.json").read_text())
    assert generated == expected
    assert index_bodies(shards=3, replicas=1, dimension=3072) != expected


@pytest.fixture
def opensearch(servers: Any, index_prefix: str) -> Iterator[OpenSearch]:
    client = OpenSearch(servers.opensearch_url)
    yield client
    client.indices.delete(index=f"{index_prefix}_*")
    client.close()


def test_the_server_accepts_every_index_and_maps_it_as_declared(opensearch: OpenSearch, index_prefix: str) -> None:
    for index_type, body in index_bodies(knn=False, shards=1, replicas=0).items():
        name = f"{index_prefix}_{index_type}"
        opensearch.indices.create(index=name, body=body)
        found = opensearch.indices.get_mapping(index=name)[name]["mappings"]["properties"]
        assert found.keys() == body["mappings"]["properties"].keys()
        assert found["runs"]["type"] == "nested"


def test_search_finds_synonyms_and_stems(opensearch: OpenSearch, index_prefix: str) -> None:
    name = f"{index_prefix}_course"
    opensearch.indices.create(index=name, body=index_bodies(knn=False, shards=1, replicas=0)["course"])
    opensearch.index(index=name, id=1, body={"title": "AI for Managers"}, refresh=True)

    def hits(text: str) -> int:
        answer = opensearch.search(index=name, body={"query": {"match_phrase": {"title.english": text}}})
        return int(answer["hits"]["total"]["value"])

    assert (hits("machine learning"), hits("manager"), hits("chemistry")) == (1, 1, 0)


def test_dbts_contract_covers_every_column_of_every_mart() -> None:
    declared = yaml.safe_load(ARTIFACTS["dbt/models/marts/_marts__contracts.yml"]())
    models = {model["name"]: model for model in declared["models"]}
    assert models.keys() == MARTS.keys()
    for name, mart in MARTS.items():
        columns = models[name]["columns"]
        assert models[name]["config"]["contract"] == {"enforced": True}
        assert [(each["name"], each["data_type"]) for each in columns] == [(each[0], each[1]) for each in mart.columns]
        required = {each["name"] for each in columns if {"type": "not_null"} in each.get("constraints", [])}
        assert required == {each.name for each in mart.columns if not each.nullable}
        assert set(mart.natural_key) <= required


def test_marts_have_learns_types_and_no_codes_of_staff() -> None:
    resource = {column.name: column.sql_type for column in MARTS["learning_resources_learningresource"].columns}
    for column in TABLES["learning_resources_learningresource"].columns():
        assert resource.get(column.name, column.type) == column.type
    assert resource["prices"] == "numeric(12,2)[]"
    assert "learning_path" not in MARTS["catalog_unit"].codes["resource_type"]
    relations = MARTS["learning_resources_learningresourcerelationship"].codes["relation_type"]
    assert "LEARNING_PATH_ITEMS" not in relations
    assert "PROGRAM_COURSES" in relations


ALONE = """
import importlib, pathlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
before = set(sys.modules)
import learn_contracts
for module in pkgutil.walk_packages(learn_contracts.__path__, "learn_contracts."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
loaded = [sys.modules[name] for name in set(sys.modules) - before]
print(*{module.__name__.split(".")[0] for module in loaded if "site-packages" in (getattr(module, "__file__", "") or "")})
importlib.import_module("learn_contracts.generate").generate(pathlib.Path(sys.argv[1]))
"""
NEEDED = {"pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"}


def test_the_contract_installs_alone_and_needs_only_pydantic(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "contracts", tmp_path / "source", ignore=shutil.ignore_patterns("__pycache__"))
    build = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=folder, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("learn_contracts-*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (metadata,) = site.glob("*.dist-info/METADATA")
    assert [line for line in metadata.read_text().splitlines() if line.startswith("Requires-Dist")] == ["Requires-Dist: pydantic>=2.11"]
    run = subprocess.run([sys.executable, "-I", "-c", ALONE, str(site)], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert set(run.stdout.split()) == NEEDED
    for path in ARTIFACTS:
        assert (site / path).read_text() == (ROOT / path).read_text(), f"{path} depends on the name of the package"


def test_the_json_schema_is_valid_and_says_what_the_models_say() -> None:
    schema = json.loads((ROOT / "contracts" / "generated" / "schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    assert set(TABLES) < set(schema["properties"])
    row = {"id": 1, "created_on": "2024-09-10T12:00:00Z", "updated_on": "2024-09-10T12:00:00Z", "name": "Lectures"}
    validator = Draft202012Validator(schema)
    assert validator.is_valid({"learning_resources_learningresourcecontenttag": row})
    assert not validator.is_valid({"learning_resources_learningresourcecontenttag": row | {"name": "x" * 129}})
