"""How each feed is delivered: what the setting may say."""

from __future__ import annotations

from typing import Any

import pytest

from include.errors import ContractBroken
from include.orchestration.modes import parse, told


def test_where_nothing_is_said_nothing_of_learn_is_written() -> None:
    assert parse({}).of("xpro") == "shadow"


def test_a_feed_has_its_own_mode_and_the_others_the_default() -> None:
    modes = parse({"default": "off", "xpro": "on", "reference": "shadow"})
    assert [modes.of(feed) for feed in ("xpro", "reference", "ocw")] == ["on", "shadow", "off"]
    assert told(modes, ["ocw", "xpro", "oll"]) == "not delivered: ocw, oll"
    assert told(parse({"default": "on"}), ["ocw"]) == ""


@pytest.mark.parametrize("wrong", [{"xpr0": "on"}, {"xpro": "yes"}, {"xpro": True}, ["xpro"], "on", None])
def test_a_word_that_means_nothing_stops_everything(wrong: Any) -> None:
    with pytest.raises(ContractBroken, match=r"delivery_modes.*off, shadow, on"):
        parse(wrong)
