"""Airflow plugin: `POST /webhooks/ovs_videos/` of the API server. The routes and what they do are `include.webhooks` and
`include.orchestration.webhooks`; they are imported at the first request, because every Airflow process imports its plugins.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin


@cache
def _app() -> Any:
    from include.orchestration.webhooks import receiver
    from include.webhooks.app import make_app

    return make_app(receiver)


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The application, as ASGI calls it."""
    await _app()(scope, receive, send)


class WebhooksPlugin(AirflowPlugin):
    """Routes that publishers call. Their signature is the login (docs/decisions)."""

    name = "learn_webhooks"
    fastapi_apps: ClassVar[list[Any]] = [{"app": app, "url_prefix": "/webhooks", "name": "Learn webhooks"}]
