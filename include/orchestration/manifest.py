"""The dbt manifest that the DAG is drawn from: made beforehand, checked cheaply at every parse.

    python -m include.orchestration.manifest        # make it where it is missing or stale; otherwise ends at once

Run it wherever the project is set up: `make up`, the tests, `RUN python -m include.orchestration.manifest` in the Dockerfile. It needs
no database. Beside the manifest lies `graph.json`, what the manifest was made from: the files of the project and the `ref()` and
`source()` calls in each. A task graph of another shape would hide models, so a DAG that sees a difference refuses to load and names the
command; the text of a model may change at any time, dbt itself reads it when it runs.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

PROJECT = Path(__file__).resolve().parents[1] / "dbt"
TARGET = PROJECT / "target"
MANIFEST = TARGET / "manifest.json"
GRAPH = TARGET / "graph.json"
PROFILE = "learn_pipelines"
TARGET_NAME = "warehouse"
COMMAND = "python -m include.orchestration.manifest"
PARSE_TIMEOUT_SECONDS = 300
NODES = ("models/**/*.sql", "models/**/*.py", "seeds/**/*.csv", "snapshots/**/*.sql")
CONTENT = ("dbt_project.yml", "macros/**/*", "models/**/*", "seeds/**/*", "snapshots/**/*", "tests/**/*")
CALL = re.compile(r"\b(ref|source)\(\s*([^)]*?)\s*\)")


class ManifestStale(Exception):
    """The manifest is missing or describes another graph than the files."""


def graph_of(project: Path = PROJECT) -> dict[str, list[str]]:
    """Each model, seed and snapshot file with the `ref` and `source` calls in it: the shape of the task graph."""
    files = sorted(path for pattern in NODES for path in project.glob(pattern))
    return {str(path.relative_to(project)): _calls(path) for path in files}


def _calls(path: Path) -> list[str]:
    if path.suffix == ".csv":
        return []
    return sorted({f"{kind}({arguments})" for kind, arguments in CALL.findall(path.read_text())})


def content_hash(project: Path = PROJECT) -> str:
    """A hash of all files that decide what dbt builds: models, seeds, macros, tests and settings."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in CONTENT for path in project.glob(pattern) if path.is_file()):
        digest.update(f"{path.relative_to(project)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def fresh_manifest() -> Path:
    """Path of the manifest, after checking that it describes the files that are there.

    :raises ManifestStale: naming what differs and the command that mends it.
    """
    if not (MANIFEST.exists() and GRAPH.exists()):
        raise ManifestStale(f"There is no dbt manifest at {MANIFEST}. Run: {COMMAND}")
    known = json.loads(GRAPH.read_text())["graph"]
    now = graph_of()
    if differing := sorted(name for name in known.keys() | now.keys() if known.get(name) != now.get(name)):
        raise ManifestStale(f"The dbt manifest is older than {', '.join(differing[:5])} ({len(differing)} files). Run: {COMMAND}")
    return MANIFEST


def read_manifest() -> dict[str, Any]:
    """The manifest as dbt wrote it."""
    manifest: dict[str, Any] = json.loads(MANIFEST.read_text())
    return manifest


def around(model: str) -> set[str]:
    """The unique ids of everything that a model is made of, or that is made of it, itself included."""
    manifest = read_manifest()
    start = f"model.{PROFILE}.{model}"
    return _reached(start, manifest["parent_map"]) | _reached(start, manifest["child_map"])


def _reached(start: str, edges: dict[str, list[str]]) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        fresh = set(edges.get(waiting.pop(), ())) - reached
        reached |= fresh
        waiting += fresh
    return reached


def build_if_stale() -> bool:
    """Let dbt parse the project unless the manifest was made from these very files. Several at once wait for the first.

    :returns: whether it was made now.
    :raises subprocess.CalledProcessError: the project does not parse; dbt's message is on stdout.
    """
    TARGET.mkdir(parents=True, exist_ok=True)
    with (TARGET / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made_from = {"content": content_hash(), "graph": graph_of()}
        if MANIFEST.exists() and GRAPH.exists() and json.loads(GRAPH.read_text()) == made_from:
            return False
        _dbt_parse()
        GRAPH.write_text(json.dumps(made_from, indent=1))
    return True


def _dbt_parse() -> None:
    # The same profile and target names as Cosmos uses, so that its tasks can go on from this partial parse instead of a whole one.
    dbt = str(Path(sys.executable).with_name("dbt"))
    command = [dbt, "parse", "--no-static-parser", "--profile", PROFILE, "--target", TARGET_NAME]
    places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--log-path", str(TARGET / "logs")]
    environment = os.environ | {"DO_NOT_TRACK": "1"}
    subprocess.run(command + places, check=True, cwd=PROJECT, env=environment, timeout=PARSE_TIMEOUT_SECONDS)  # noqa: S603


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    log.info("dbt_manifest made=%s path=%s", build_if_stale(), MANIFEST)
