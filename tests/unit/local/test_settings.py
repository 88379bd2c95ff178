"""Settings of a stack: defaults, `.env`, the environment, and what is told to other tools."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from include.local.settings import Ports, Settings, SettingsError

TOLD = {
    "AIRFLOW_URL",
    "AIRFLOW_USER",
    "AIRFLOW_PASSWORD",
    "WAREHOUSE_URL",
    "LEARN_URL",
    "OPENSEARCH_URL",
    "S3_ENDPOINT_URL",
    "LANDING_BUCKET",
    "UPSTREAM_URL",
}


def test_defaults_need_no_file(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path, {})
    assert settings.ports == Ports()
    assert settings.home == tmp_path / ".local"
    assert settings.upstream_resources == 300


def test_example_file_says_the_defaults(tmp_path: Path) -> None:
    example = Path(__file__).resolve().parents[3] / ".env.example"
    (tmp_path / ".env").write_text(example.read_text())
    assert Settings.load(tmp_path, {}).ports == Ports()


def test_environment_wins_over_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("AIRFLOW_PORT=28080  # moved\nS3_PORT='27070'\nUPSTREAM_DATA=recorded\n")
    settings = Settings.load(tmp_path, {"AIRFLOW_PORT": "38080"})
    assert settings.ports.airflow == 38080
    assert settings.ports.s3 == 27070
    assert settings.upstream_data == str(tmp_path / "recorded")


@pytest.mark.parametrize(
    ("line", "told"), [("AIRFLOW_PORT=many", "AIRFLOW_PORT='many'"), ("S3_PORT=18080", "AIRFLOW_PORT and S3_PORT are the same port")]
)
def test_unusable_setting_is_named(tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / ".env").write_text(line)
    with pytest.raises(SettingsError, match=told):
        Settings.load(tmp_path, {})


def test_what_is_told_to_other_tools_may_be_in_the_environment_of_the_next_start(tmp_path: Path) -> None:
    """`eval "$(make -s env)"; make up` must not take our own servers for somebody else's."""
    told = Settings.load(tmp_path, {}).exports()
    assert told.keys() >= TOLD
    assert Settings.load(tmp_path, told) == Settings.load(tmp_path, {})


def test_servers_of_others_are_used(tmp_path: Path) -> None:
    given = {
        "POSTGRES_DSN": "postgresql://me:pw@db.example:6543/postgres",
        "OPENSEARCH_URL": "https://search.example/",
        "S3_ENDPOINT_URL": "https://s3.example",
        "S3_ACCESS_KEY": "a",
        "S3_SECRET_KEY": "b",
    }
    settings = Settings.load(tmp_path, given)
    assert settings.dsn("learn").endswith("@db.example:6543/learn")
    assert settings.opensearch_url == "https://search.example"
    assert settings.s3["aws_access_key_id"] == "a"


def test_passwords_are_kept_and_only_ours_to_read(tmp_path: Path) -> None:
    first, second = Settings(home=tmp_path), Settings(home=tmp_path)
    assert first.secrets == second.secrets
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert Settings(home=tmp_path / "other").secrets.postgres != first.secrets.postgres


def test_a_password_that_is_newer_than_the_file_is_made_and_kept(tmp_path: Path) -> None:
    known = Settings(home=tmp_path).secrets
    path = tmp_path / "secrets.json"
    older = json.loads(path.read_text())
    del older["webhook_secret"], older["roles"]["learn_views"]
    path.write_text(json.dumps(older))
    again = Settings(home=tmp_path).secrets
    assert (again.postgres, again.roles["learn_search"]) == (known.postgres, known.roles["learn_search"])
    assert again.webhook_secret
    assert again.roles["learn_views"] == Settings(home=tmp_path).secrets.roles["learn_views"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
