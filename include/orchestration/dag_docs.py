"""The text of a DAG: what its file says, and under the headings that it leaves out what holds for all DAGs of its kind. Without Airflow."""

from __future__ import annotations

from include.sources.registry import SOURCES

HEADINGS = ("Schedule", "Reads", "Writes", "When it fails", "Backfill", "Runbook")

INGEST_SECTIONS = {
    "Writes": """\
The landing, `raw/source={source}/stream=.../date=.../run=.../`: parts, and last the manifest that makes them count. Then
`raw.{source}__{streams}` in the warehouse: one version per record that differs from the one before, one removal per record
that a complete read no longer has. Asset `raw_{source}`, only when a version was added.""",
    "When it fails": """\
A feed that is away, slow or does not add up (`UpstreamUnavailable`, `RateLimited`, `IncompletePage`) is tried again with
growing delays. A refused key or another shape (`AuthError`, `SchemaDrift`) fails at once. Single bad records go to
`ops.rejects` and the rest goes on; more than max(5, 1 %) fail the run after all good ones are loaded. A killed task goes on
where it stopped.""",
    "Backfill": """\
A backfill loads again what was landed on each of its days, oldest first, and does not ask the upstream; a day on which
nothing was landed is skipped and says so. Loading the same landing again adds nothing.""",
    "Runbook": "[Upstream](runbooks/upstream.md), [Bad records](runbooks/rejects.md), [Landing](runbooks/landing.md)",
}


def ingest_text(source: str, text: str) -> str:
    """The text of `ingest_<source>` with all headings in their order; what the file says under "When it fails" comes before the rest."""
    streams = "|".join(stream.name for stream in SOURCES[source].streams if not stream.internal)
    opening, own = _sections(text)
    parts = [opening.strip()]
    for heading in HEADINGS:
        general = INGEST_SECTIONS.get(heading, "").format(source=source, streams=streams)
        both = heading == "When it fails" or heading not in own
        body = "\n".join(each for each in (own.get(heading, ""), general if both else "") if each)
        parts.append(f"## {heading}\n{body}")
    return "\n\n".join(parts) + "\n"


def dag_text(dag_id: str, text: str) -> str:
    """The whole text of any DAG."""
    verb, _, source = dag_id.partition("_")
    return ingest_text(source, text) if verb == "ingest" and source in SOURCES else text


def _sections(text: str) -> tuple[str, dict[str, str]]:
    opening, *rest = ("\n" + text).split("\n## ")
    return opening, {heading.strip(): body.strip() for heading, _, body in (section.partition("\n") for section in rest)}
