"""The hosts from which media may be shown (sources.md 2.12). The same rule in SQL: macro ``is_allowed_media_url``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

OVS_API_BASE_URL = "https://video.odl.mit.edu/"
OVS_ALLOWED_MEDIA_HOSTS = ".cloudfront.net"
"""The service keeps its files with CloudFront. The same defaults are in `dbt_project.yml`."""

_HTTPS_URL = re.compile(r"https://([a-z0-9.-]+)(:[0-9]{1,5})?([/?#][^\\\x00-\x1f\x7f]*)?", re.IGNORECASE)
"""Host, port, rest. No user info, no backslash: browsers and parsers disagree about what they mean."""


def split_hosts(setting: str) -> tuple[str, ...]:
    """Entries of ``OVS_ALLOWED_MEDIA_HOSTS``, separated by commas."""
    return tuple(entry.strip().lower() for entry in setting.split(",") if entry.strip())


def is_allowed(url: object, hosts: Iterable[str]) -> bool:
    """Whether ``url`` is https on one of ``hosts``; an entry that begins with a dot stands for every subdomain of it."""
    found = _HTTPS_URL.fullmatch(url) if isinstance(url, str) else None
    if not found:
        return False
    host = found[1].lower()
    return any(host.endswith(entry) and host != entry if entry.startswith(".") else host == entry for entry in hosts)


def ovs_media_hosts(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The hosts of the ODL Video Service: the configured ones, and always that of its API."""
    api = urlsplit(environ.get("OVS_API_BASE_URL", OVS_API_BASE_URL)).hostname or ""
    return (*split_hosts(environ.get("OVS_ALLOWED_MEDIA_HOSTS", OVS_ALLOWED_MEDIA_HOSTS)), api.lower())
