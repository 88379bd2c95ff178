"""Our records against those that Learn's own transforms made of the same payloads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.parity.accepted import read_rules
from include.parity.check import Place, compare_all


@pytest.mark.timeout(1500)
def test_every_golden_record_is_equal_or_explained(
    shared_data: Path, fresh_database: Callable[..., str], fresh_bucket: Callable[..., str], s3_client: Any, tmp_path: Path
) -> None:
    place = Place(fresh_database("parity"), s3_client, fresh_bucket("parity"), tmp_path)

    outcomes = list(compare_all(shared_data / "upstream", shared_data / "golden", read_rules(), place))

    assert {outcome.golden_file: outcome.unexplained for outcome in outcomes if outcome.unexplained} == {}
    assert {outcome.golden_file: outcome.records for outcome in outcomes} == {
        "mit_edx_courses": 2,
        "mit_edx_programs": 1,
        "mitxonline_courses": 3,
        "mitxonline_programs": 2,
        "xpro_courses": 2,
        "xpro_programs": 2,
        "ocw_courses": 1,
        "ocw_content_files": 5,
        "podcasts": 1,
        "news_medium": 4,
        "events_ol": 2,
        "mitxonline_program_children": 3,
    }
