"""The errors of every stage: what went wrong, where, and what a person does about it.

One message answers the three questions of someone woken by it, so that no log has to be read first. Errors that are worth
another try say so with ``transient``; Airflow's retry policy reads it (``include.orchestration.retries``).
"""

from __future__ import annotations

SAMPLE_LIMIT = 300


class PipelineError(Exception):
    """A failure with its place and its remedy.

    :param message: what happened, one sentence.
    :param source: source key (``mitxonline``), empty when the failure is not about one source.
    :param run: run key of the landing, or the DAG run id.
    :param where: page, object key, table or document id.
    :param what_to_do: the next action of the person who reads it.
    :param sample: the beginning of the offending data, cut to 300 characters.
    """

    transient = False

    def __init__(
        self,
        message: str,
        *,
        source: str = "",
        run: str = "",
        where: str = "",
        what_to_do: str = "",
        sample: str = "",
    ) -> None:
        self.message = message
        self.source = source
        self.run = run
        self.where = where
        self.what_to_do = what_to_do
        self.sample = sample[:SAMPLE_LIMIT]
        super().__init__(str(self))

    def __str__(self) -> str:
        facts = [("source", self.source), ("run", self.run), ("where", self.where), ("sample", self.sample)]
        told = " ".join(f"{name}={value!r}" for name, value in facts if value)
        parts = [self.message, f"[{told}]" if told else "", f"What to do: {self.what_to_do}" if self.what_to_do else ""]
        return " ".join(part for part in parts if part)


class SourceError(PipelineError):
    """An upstream, or what it sent, is not as it should be."""


class AuthError(SourceError):
    """The upstream refused our credential (401, 403, expired token)."""


class RateLimited(SourceError):
    """The upstream asked us to come back later, longer than the client was willing to wait."""

    transient = True


class UpstreamUnavailable(SourceError):
    """No usable answer: a 5xx, a time-out, a cut connection, a truncated body."""

    transient = True


class IncompletePage(SourceError):
    """The pages do not add up: a repeated or skipped page, a count that disagrees, an empty answer."""

    transient = True


class SchemaDrift(SourceError):
    """The answer is whole but its shape is not the one that the source declares."""


class RefusedAddress(SourceError):
    """A request, or a redirect, would have gone to an address that the connection does not allow."""


class TooManyRejects(SourceError):
    """More records were rejected than max(5, 1 %) of the run; the landing and the good records are kept."""


class RefusedDocument(SourceError):
    """A document has something that we do not open: a DOCTYPE, an entity, a path out of its archive, more than its bounds."""


class PartsUnread(SourceError):
    """Parts of a feed (one show, one playlist) could not be read; the others are loaded, and what was known of these stays."""


class NothingLanded(SourceError):
    """A replay was asked for a day or run of which nothing was landed."""


class DeliveryError(PipelineError):
    """Learn's Postgres could not be brought to the state of the marts."""


class GuardTripped(DeliveryError):
    """More removals than the cap allows; they are held back until a person releases or rejects them."""


class ContractBroken(DeliveryError):
    """A table of Learn, or a mart, differs from the contract."""


class NotPublished(DeliveryError):
    """The marts are being rebuilt, or their last build did not pass its tests."""


class LearnBusy(DeliveryError):
    """Learn's database did not let us write in time: row locks, another delivery, a lost connection."""

    transient = True


class SearchError(PipelineError):
    """The search index could not be brought to the state of Learn's Postgres."""


class SearchUnavailable(SearchError):
    """The search server did not answer, or kept answering that it is busy."""

    transient = True


class BulkRejected(SearchError):
    """The index refused documents; the ledger has each with its reason."""


class VerificationFailed(SearchError):
    """A candidate index is not what was declared."""


class MappingDiffers(SearchError):
    """An index that is in use has another mapping than the contract."""


class TargetsDiffer(PipelineError):
    """Marts, Learn's Postgres and the index do not agree, and nothing will mend it by itself."""
