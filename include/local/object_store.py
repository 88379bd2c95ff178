"""The S3 server: versitygw with versioning, or moto in memory where there is no Go; and the buckets."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from include.local import artifacts
from include.local.settings import HOST, Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MOTO_WARNING = (
    "There is no Go toolchain, so S3 is moto, in memory: the landing zone will not survive a restart of the server. "
    "Install Go and run make up again, or set S3_ENDPOINT_URL."
)


def uses_gateway(settings: Settings) -> bool:
    """Whether this machine has versitygw, or can build it."""
    return artifacts.gateway_binary(settings.cache).exists() or artifacts.have_go()


def command(settings: Settings) -> list[str]:
    """The server in the foreground, on loopback."""
    if not uses_gateway(settings):
        return [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(settings.ports.s3)]
    home = settings.home / "s3"
    for name in ("objects", "versions", "sidecar"):
        (home / name).mkdir(parents=True, exist_ok=True)
    listen = ["--port", f"{HOST}:{settings.ports.s3}", "--keep-alive", "--quiet", "--health", "/healthz"]
    metadata = [] if _has_extended_attributes(home) else ["--sidecar", str(home / "sidecar")]
    storage = ["posix", "--versioning-dir", str(home / "versions"), *metadata, str(home / "objects")]
    return [str(artifacts.gateway_binary(settings.cache)), *listen, *storage]


def environment(settings: Settings) -> dict[str, str]:
    """The gateway's own keys."""
    return {"ROOT_ACCESS_KEY": settings.secrets.s3_access_key, "ROOT_SECRET_KEY": settings.secrets.s3_secret_key}


def client(settings: Settings) -> S3Client:
    """A client that gives up quickly; callers retry."""
    quick = Config(connect_timeout=2, read_timeout=5, retries={"max_attempts": 1})
    return boto3.client("s3", **settings.s3, config=quick)  # type: ignore[call-overload,no-any-return]


def ensure_buckets(settings: Settings) -> None:
    """The landing bucket, with versions kept, and the bucket that the sandbox upstream publishes OCW in."""
    s3 = client(settings)
    for bucket in (settings.landing_bucket, settings.ocw_bucket):
        try:
            s3.head_bucket(Bucket=bucket)
        except ClientError:
            s3.create_bucket(Bucket=bucket)
            if bucket == settings.landing_bucket:
                s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def _has_extended_attributes(folder: os.PathLike[str]) -> bool:
    try:
        os.setxattr(folder, "user.learn_pipelines", b"1")
    except OSError:
        return False
    return True
