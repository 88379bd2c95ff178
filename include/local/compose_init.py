"""Run once by docker-compose.override.yml: the databases, roles, tables and buckets that `make up` makes for the embedded stack."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

from include.local import object_store, postgres, schemas
from include.local.settings import DATABASE_ROLES, Secrets, Settings


def main() -> None:
    """Make what is missing; safe to repeat. One password for all roles, known to the compose network only."""
    password = os.environ["ROLE_PASSWORD"]
    settings = Settings(
        home=Path("/nonexistent"),
        given_postgres_dsn=os.environ["POSTGRES_DSN"],
        given_s3_url=os.environ["UPSTREAM_S3_ENDPOINT_URL"],
        given_s3_keys=(os.environ["UPSTREAM_S3_ACCESS_KEY"], os.environ["UPSTREAM_S3_SECRET_KEY"]),
        given_secrets=dataclasses.replace(Secrets.generate(), roles=dict.fromkeys(DATABASE_ROLES, password)),
    )
    postgres.ensure_databases(settings)
    schemas.ensure_schemas(settings)
    object_store.ensure_buckets(settings)


if __name__ == "__main__":
    main()
