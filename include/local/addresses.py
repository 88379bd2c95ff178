"""Where servers are, as the connections of Airflow have to say it: of the local stack, or of the Astro project's services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Parts = dict[str, Any]
"""Of a connection, in the form that Airflow reads from JSON."""


@dataclass(frozen=True)
class Addresses:
    """Where the servers are, and with what they are opened."""

    postgres: tuple[str, int]
    password_of: Callable[[str], str]
    search_url: str
    index_prefix: str
    s3: dict[str, str]
    landing_bucket: str
    ocw_bucket: str
    upstream_url: str
    webhook_secret: str
    airflow: tuple[str, int, str, str]
    """Host, port, user and password of Airflow's API."""

    @property
    def bucket_keys(self) -> Parts:
        """The parts of an `aws` connection but the extra."""
        return {"conn_type": "aws", "login": self.s3["aws_access_key_id"], "password": self.s3["aws_secret_access_key"]}

    def database(self, name: str, role: str) -> Parts:
        """A `postgres` connection."""
        host, port = self.postgres
        facts = {"conn_type": "postgres", "host": host, "port": port, "schema": name}
        return {**facts, "login": role, "password": self.password_of(role)}

    def bucket(self, name: str) -> Parts:
        """The extra of an `aws` connection to one bucket."""
        return {"endpoint_url": self.s3["endpoint_url"], "region_name": self.s3["region_name"], "bucket": name}
