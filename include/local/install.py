"""Everything a fresh clone needs before its first server starts: Python packages, OpenSearch's jars, the S3 gateway, side by side.

Started by ``bootstrap.sh`` in a small environment that has uv and rich, since ``.venv`` does not exist yet.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from include.local import artifacts
from include.local.progress import Board, Step

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
UV = Path(sys.executable).with_name("uv")


def install_packages(python: str, step: Step) -> None:
    """Bring ``.venv`` to exactly what the lock says, byte-compiled (an Airflow command starts twice as fast so)."""
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV"}}
    if "PIP_INDEX_URL" in env:
        env.setdefault("UV_DEFAULT_INDEX", env["PIP_INDEX_URL"])
    step.note = "making .venv"
    _uv(["venv", "--allow-existing", "--python", python, str(VENV)], env)
    packages = sum("==" in line for line in (ROOT / "requirements.lock").read_text().splitlines())
    step.note = f"installing and byte-compiling {packages} packages"
    options = ["--require-hashes", "--compile-bytecode", "--python", str(VENV / "bin" / "python")]
    _uv(["pip", "sync", *options, "requirements.lock"], env)
    step.note = f"{packages} packages"


def _uv(arguments: list[str], env: dict[str, str]) -> None:
    done = subprocess.run([str(UV), "--quiet", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise artifacts.ArtifactError(f"uv {' '.join(arguments[:2])} failed ({done.returncode}):\n{done.stderr[-3000:]}")


def _set_by_person(name: str) -> bool:
    env_file = ROOT / ".env"
    lines = env_file.read_text().splitlines() if env_file.exists() else []
    return bool(os.environ.get(name)) or any(line.startswith(f"{name}=") and line != f"{name}=" for line in lines)


def main() -> int:
    """Run the jobs; a server that cannot be fetched is only told here, since lint and docs do without it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", required=True, help="interpreter of .venv")
    parser.add_argument("--lock", required=True, help="sha256 of requirements.lock")
    chosen = parser.parse_args()
    began = time.monotonic()
    cache = artifacts.cache_folder()
    troubles: list[str] = []

    def fetch(step: Step, ensure: Callable[[Path, artifacts.Tell], Path]) -> None:
        def tell(text: str) -> None:
            step.note = text

        try:
            step.note = f"cached in {ensure(cache, tell).parent}"
        except artifacts.ArtifactError as error:
            troubles.append(str(error))
            step.note = "not available, see below"

    jobs = {"python packages": lambda step: install_packages(chosen.python, step)}
    if not _set_by_person("OPENSEARCH_URL"):
        jobs["opensearch"] = lambda step: fetch(step, artifacts.ensure_opensearch)
    if artifacts.have_go() and not _set_by_person("S3_ENDPOINT_URL"):
        jobs["s3 gateway"] = lambda step: fetch(step, artifacts.ensure_gateway)
    with Board() as board:
        try:
            board.run_all(jobs)
        except artifacts.ArtifactError as error:
            board.say(str(error))
            return 1
        for trouble in troubles:
            board.say(f"warning: {trouble}")
    (ROOT / ".local").mkdir(exist_ok=True)
    (ROOT / ".local" / "install.json").write_text(json.dumps({"seconds": round(time.monotonic() - began, 1), "at": time.time()}))
    (VENV / ".installed-lock").write_text(chosen.lock)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
