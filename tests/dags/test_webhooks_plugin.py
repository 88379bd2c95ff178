"""The plugin with the webhooks: where Airflow mounts it, and that it knows its secret from a connection."""

from __future__ import annotations

import json
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest
from airflow.api_fastapi.app import RESERVED_URL_PREFIXES
from fastapi.testclient import TestClient

from include.webhooks.signature import HEADER, sign

PLUGIN = Path(__file__).resolve().parents[2] / "plugins" / "learn_webhooks.py"
BODY = b'{"video_id": "v1", "delete": "no"}'


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    landing = {"conn_type": "aws", "login": "a", "password": "b", "extra": {"endpoint_url": "http://127.0.0.1:9", "bucket": "none"}}
    monkeypatch.setenv("AIRFLOW_CONN_LANDING", json.dumps(landing))
    spec = util.spec_from_file_location("learn_webhooks", PLUGIN)
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_routes_are_mounted_beside_airflows_own(plugin: ModuleType) -> None:
    [mounted] = plugin.WebhooksPlugin.fastapi_apps
    assert mounted["url_prefix"] == "/webhooks"
    assert not any(mounted["url_prefix"].startswith(prefix) for prefix in RESERVED_URL_PREFIXES)


def test_the_secret_is_the_password_of_a_connection(plugin: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_WEBHOOKS", json.dumps({"conn_type": "generic", "password": "both know it"}))
    with TestClient(plugin.app) as client:
        assert client.post("/ovs_videos/", content=BODY).status_code == 401
        assert client.post("/ovs_videos/", content=BODY, headers={HEADER: sign("another", BODY)}).status_code == 401
        assert client.post("/ovs_videos/", content=BODY, headers={HEADER: sign("both know it", BODY)}).status_code == 422


def test_without_the_connection_nothing_is_taken(plugin: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_WEBHOOKS", raising=False)
    with TestClient(plugin.app) as client:
        assert client.post("/ovs_videos/", content=BODY, headers={HEADER: sign("", BODY)}).status_code == 503
