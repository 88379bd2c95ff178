"""The worked example of docs/add-a-source.md, as it stands there, in a copy of the repository: three files, and the feed arrives."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from include.local.settings import ROOT
from tests.support.http_server import Answer, scripted_server

PAGE = ROOT / "docs" / "add-a-source.md"
BLOCK = re.compile(r"^```\w+ (\S+/\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COURSES = [
    {
        "uuid": f"short-{number}",
        "title": f"Short course {number}",
        "url": f"https://professional.example.org/{number}",
        "summary": "<p onclick=x>Two days.</p>",
        "starts": "2031-02-03T09:00:00Z",
        "price": "1250.50",
    }
    for number in range(3)
]
BAG = """
from airflow.dag_processing.dagbag import DagBag
bag = DagBag("dags")
print(not bag.import_errors and "pull_pages" in bag.dags["ingest_mitpe_short"].task_ids)
"""
PASS = """
import json, sys
from pathlib import Path
from include.local import connections
from include.sources.registry import SOURCES
from tests.support.pipeline import running_pipeline

told = json.loads(sys.argv[1])
known = connections.connections_of
feed = {"conn_type": "http", "host": told["url"], "extra": {"allow_private": [told["address"]]}}
def with_feed(place):
    return known(place) | {"upstream_mitpe_short": feed}
connections.connections_of = with_feed
from tests.conftest import Servers
servers = Servers(told["admin_dsn"], told["opensearch_url"], told["s3"])
with running_pipeline(servers, Path(told["work"]), "addsource", resources=10) as chain:
    [loaded] = chain.ingest("mitpe_short")
    chain.transform(); chain.deliver(); chain.index()
    ids = [row[0] for row in chain.learn.execute("select id from learning_resources_learningresource where published order by readable_id")]
    found = [chain.search.get(index=chain.settings.index_prefix + "_course_default", id=each)["_source"] for each in ids]
    print("RESULT " + json.dumps({"loaded": loaded.new_versions, "documents": [
        {name: each[name] for name in ("readable_id", "title", "description", "url", "prices")} for each in found]}))
"""


def run(copy: Path, *arguments: str) -> str:
    environment = {**os.environ, "AIRFLOW_HOME": str(copy / ".local" / "airflow"), "PYTHONPATH": str(copy)}
    done = subprocess.run([sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files of the repository that git knows, with the three of the page."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    for name in filter(None, listed):
        target = tmp_path / "copy" / name
        if (ROOT / name).is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
    blocks = dict(BLOCK.findall(PAGE.read_text()))
    assert sorted(Path(name).suffix for name in blocks) == [".py", ".sql", ".yaml"]
    for name, text in blocks.items():
        path = tmp_path / "copy" / name
        assert not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "copy"


@pytest.mark.timeout(1500)
def test_three_files_make_a_feed(copy: Path, servers: Any, tmp_path: Path) -> None:
    generated = run(copy, "-m", "include.generate")
    assert "docs/SOURCES.md" in generated
    run(copy, "-m", "include.orchestration.manifest")
    assert run(copy, "-c", BAG).rstrip().endswith("True")
    with scripted_server() as publisher:
        publisher.script["/api/short-courses/"] = [Answer(body=json.dumps(COURSES).encode())]
        facts = {
            "url": publisher.url,
            "address": publisher.address,
            "admin_dsn": servers.admin_dsn,
            "opensearch_url": servers.opensearch_url,
            "s3": servers.s3,
            "work": str(tmp_path),
        }
        [line] = [line for line in run(copy, "-c", PASS, json.dumps(facts)).splitlines() if line.startswith("RESULT ")]
    result = json.loads(line.removeprefix("RESULT "))
    assert result["loaded"] == len(COURSES)
    assert result["documents"] == [
        {
            "readable_id": course["uuid"],
            "title": course["title"],
            "description": "<p>Two days.</p>",
            "url": course["url"],
            "prices": ["1250.50"],
        }
        for course in COURSES
    ]
