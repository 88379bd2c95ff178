"""The client of Airflow's API: patient where asking again is harmless, and complete where the server gives pages."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from include.local.airflow_api import AirflowApi

Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def api_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], AirflowApi]:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda seconds: None)

    def make(answer: Answer) -> AirflowApi:
        api = AirflowApi("http://airflow", "admin", "secret")
        monkeypatch.setattr(api, "_http", httpx.Client(base_url="http://airflow", transport=httpx.MockTransport(answer)))
        return api

    return make


def test_a_question_is_asked_again_while_the_server_fails(api_of: Callable[[Answer], AirflowApi]) -> None:
    statuses = iter([500, 503, 200])
    assert api_of(lambda request: httpx.Response(next(statuses), json={"dags": [1]})).dags() == [1]


def test_a_command_is_not_given_twice(api_of: Callable[[Answer], AirflowApi]) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        return httpx.Response(500)

    with pytest.raises(httpx.HTTPStatusError):
        api_of(answer).trigger("transform_catalog")
    assert asked == ["POST"]


def test_every_page_of_task_instances_is_read(api_of: Callable[[Answer], AirflowApi]) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        first, limit = int(request.url.params["offset"]), int(request.url.params["limit"])
        return httpx.Response(200, json={"task_instances": list(range(230))[first : first + limit], "total_entries": 230})

    assert api_of(answer).task_instances("transform_catalog", "run") == list(range(230))
