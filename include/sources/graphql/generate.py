"""The generated GraphQL clients: each folder with a ``codegen.toml`` has one in ``client``.

python -m include.sources.graphql.generate generate
python -m include.sources.graphql.generate check      # exit code 1 and the command, when a client is not what would be generated
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
COMMAND = "python -m include.sources.graphql.generate generate"


def configs() -> list[Path]:
    """The settings of every client."""
    return sorted(Path(__file__).parent.glob("*/codegen.toml"))


def generated(config: Path) -> dict[str, str]:
    """File name -> text of the client that the generator makes now."""
    target = f'target_package_path = "{config.parent.relative_to(ROOT).as_posix()}"'
    settings = config.read_text(encoding="utf-8")
    if target not in settings:
        raise ValueError(f"{config} must have the line {target}")
    with tempfile.TemporaryDirectory() as folder:
        elsewhere = Path(folder) / config.name
        elsewhere.write_text(settings.replace(target, f'target_package_path = "{folder}"'), encoding="utf-8")
        command = [sys.executable, "-m", "ariadne_codegen", "--config", str(elsewhere)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 (our own interpreter and file)
        return _texts(Path(folder) / "client")


def _texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))}


def stale() -> Iterator[str]:
    """Clients that differ from what is in the repository."""
    for config in configs():
        if generated(config) != _texts(config.parent / "client"):
            yield (config.parent / "client").relative_to(ROOT).as_posix()


def generate() -> None:
    """Write every client anew, and nothing else beside it."""
    for config in configs():
        folder = config.parent / "client"
        folder.mkdir(exist_ok=True)
        texts = generated(config)
        for name in _texts(folder).keys() - texts.keys():
            (folder / name).unlink()
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Run one of the two commands."""
    if arguments == ["generate"]:
        generate()
        return 0
    if arguments != ["check"]:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    outdated = list(stale())
    for path in outdated:
        sys.stderr.write(f"out of date: {path} (run `{COMMAND}`)\n")
    return 1 if outdated else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
