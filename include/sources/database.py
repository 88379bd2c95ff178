"""An upstream that is an application's own Postgres: read-only transactions, a server-side cursor, typed errors.

A credential that may write is refused, whatever it would be used for: reading another application's database must not be able to hurt it.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from include.errors import AuthError, SchemaDrift, UpstreamUnavailable
from include.sources.base import Json, RequestLog
from include.sources.guard import AddressGuard
from include.sources.transport import CONNECT_TIMEOUT_SECONDS

SQL = Path(__file__).parent / "sql"
ROWS_PER_FETCH = 500
STATEMENT_TIMEOUT = "10min"
SESSION = {
    "default_transaction_read_only": "on",
    "statement_timeout": STATEMENT_TIMEOUT,
    "idle_in_transaction_session_timeout": STATEMENT_TIMEOUT,
    "timezone": "UTC",
}


@dataclass
class Database:
    """One application's database.

    :param arguments: host, port, dbname, user, password, sslmode as psycopg takes them.
    :param schema: the only schema that is read; the credential must not be able to write there or to make anything.
    :param allow_private: "host:port" of a database inside; others must have public addresses.
    """

    source: str
    arguments: dict[str, Any] = field(repr=False)
    schema: str
    allow_private: tuple[str, ...] = ()
    log: RequestLog = field(default_factory=RequestLog)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One state of the database, from which everything in the block is read."""
        started = time.monotonic()
        try:
            with psycopg.connect(**self._guarded(), row_factory=tuple_row) as connection:
                connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                connection.read_only = True
                self._refuse_writers(connection)
                yield Snapshot(self, connection)
        except psycopg.Error as error:
            self._typed(error)
        finally:
            self.log.seconds += time.monotonic() - started

    @property
    def address(self) -> str:
        """Host, port and database, for messages."""
        return f"{self.arguments['host']}:{self.arguments.get('port') or 5432}/{self.arguments['dbname']}"

    def _guarded(self) -> dict[str, Any]:
        """Arguments that connect to an address that the guard has passed, under our session settings."""
        host, port = str(self.arguments["host"]), int(self.arguments.get("port") or 5432)
        try:
            address = AddressGuard(self.allow_private)(host, port)[0]
        except socket.gaierror as error:
            self._unavailable(error)
        options = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
        kept = {name: value for name, value in self.arguments.items() if value is not None}
        return kept | {"hostaddr": address, "options": options, "connect_timeout": int(CONNECT_TIMEOUT_SECONDS)}

    def _refuse_writers(self, connection: psycopg.Connection[Any]) -> None:
        found = connection.execute((SQL / "may_write.sql").read_bytes(), {"schema": self.schema}).fetchone()
        if found is None or not found[0]:
            return
        raise AuthError(
            f"The credential may write: {found[0]}",
            source=self.source,
            where=self.address,
            what_to_do="Put a role into the connection that may only select from the export schema; this one is not used.",
        )

    def _typed(self, error: psycopg.Error) -> NoReturn:
        if isinstance(error, psycopg.errors.InvalidPassword | psycopg.errors.InsufficientPrivilege) or "authentication failed" in str(
            error
        ):
            raise AuthError(
                "The database refused our credential",
                source=self.source,
                where=self.address,
                sample=str(error),
                what_to_do="Put a valid role into the connection of this upstream, with select on its export schema, and clear the task.",
            ) from error
        if isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn | psycopg.errors.UndefinedFunction):
            raise SchemaDrift(
                "The application's views are not those that the query reads",
                source=self.source,
                where=self.address,
                sample=str(error),
                what_to_do=f"Compare the schema {self.schema} with include/sources/sql, and agree with the application on one of them.",
            ) from error
        self._unavailable(error)

    def _unavailable(self, error: Exception) -> NoReturn:
        raise UpstreamUnavailable(
            f"The database gave no whole answer: {type(error).__name__}",
            source=self.source,
            where=self.address,
            sample=str(error),
            what_to_do="Nothing at first: the task is tried again. If it stays, check the host and the database's own log.",
        ) from error


@dataclass(frozen=True)
class Snapshot:
    """What is seen of a database within one transaction."""

    database: Database
    connection: psycopg.Connection[Any]

    def now(self) -> datetime:
        """The database's clock at the beginning of the transaction."""
        found: datetime = self.connection.execute("select transaction_timestamp()").fetchone()[0]  # type: ignore[index]
        return found

    def count(self, query: str, values: Json) -> int:
        """How many rows a query of ``include/sources/sql`` has."""
        counting = sql.SQL("select count(*) from ({}) as counted").format(sql.SQL(_read(query)))
        found: int = self.connection.execute(counting, values).fetchone()[0]  # type: ignore[index]
        return found

    def rows(self, query: str, values: Json) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, fetched through a server-side cursor: memory does not grow with their number."""
        with self.connection.cursor(name="read") as cursor:
            cursor.itersize = ROWS_PER_FETCH
            cursor.execute(sql.SQL(_read(query)), values)
            yield from cursor

    def batches(self, query: str, values: Json) -> Iterator[list[tuple[Any, ...]]]:
        """The same rows in lists of ``ROWS_PER_FETCH``."""
        rows = self.rows(query, values)
        while batch := list(islice(rows, ROWS_PER_FETCH)):
            yield batch


def _read(query: str) -> Any:
    """Text of a query file; ours, so it may be a part of SQL."""
    return (SQL / query).read_text(encoding="utf-8")
