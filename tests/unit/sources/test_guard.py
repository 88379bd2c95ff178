"""The address guard: what the socket is connected to is what was checked."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
import requests

from include.errors import RefusedAddress
from include.sources.guard import AddressGuard, is_public
from include.sources.http import HttpClient
from include.sources.transport import guard_session
from tests.support.http_server import Answer, Scripted


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_pass(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1",
    ],
)  # fmt: skip
def test_inner_addresses_do_not(address: str) -> None:
    assert not is_public(address)


def test_one_inner_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(RefusedAddress, match=r"10\.0\.0\.1"):
        AddressGuard()("rebound.example", 443)


def test_a_name_is_resolved_once_and_that_address_is_connected(upstream: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    """A resolver that answers differently the second time (DNS rebinding) has no second time."""
    upstream.script["/"] = [Answer()]
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, *rest: object, **more: object) -> object:
        asked.append(host)
        return real("127.0.0.1" if host == "moving.example" else host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    session = requests.Session()
    guard_session(session, AddressGuard((f"moving.example:{upstream.port}",)))
    assert session.get(f"http://moving.example:{upstream.port}/").ok
    assert asked.count("moving.example") == 1


def test_loopback_is_refused_unless_allowed(upstream: Scripted, client_of: Callable[..., HttpClient]) -> None:
    upstream.script["/"] = [Answer()]
    with pytest.raises(RefusedAddress, match="allow_private"):
        client_of(upstream, allow=False).get_json(upstream.url, "x")
    assert upstream.seen == []


def test_https_does_not_fall_back_to_http() -> None:
    session = requests.Session()
    guard_session(session, AddressGuard())
    before = requests.Request("GET", "https://publisher.example/").prepare()
    after = requests.Request("GET", "http://publisher.example/").prepare()
    response = requests.Response()
    response.request = before
    with pytest.raises(RefusedAddress, match="https"):
        session.rebuild_auth(after, response)
