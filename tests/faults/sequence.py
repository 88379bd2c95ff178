"""A seeded sequence: what changes upstream, and what goes wrong in which attempt of which step.

Two kinds of rounds keep the end certain. In a *lasting* round things change that leave something behind (a removed course stays in Learn,
unpublished), so every step is tried until it goes well. In a *passing* round only texts change, of which nothing is left when they change
again; so in it a step may be given up, and the upstream may change while it is read.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, field
from typing import Any

from include.local.upstream.client import UpstreamClient
from include.local.upstream.faults import fault_matrix
from include.local.upstream.feeds import FEEDS as UPSTREAM_FEEDS
from tests.faults.world import COUNTS, FEEDS, Trouble

TITLES = {
    "mitxonline": ("courses", "title"), "xpro": ("courses", "title"), "podcast": ("episodes", "title"), "ocw": ("courses", "course_title"),
}  # fmt: skip
"""Feed -> stream and field of a text that leaves nothing behind."""
TOPICS = ("Engineering", "Literature", "Biology & Life Sciences", "Business & Management")
PEOPLE = ("Ada Lovelace", "Grace Hopper", "Emmy Noether", "Mary Somerville")
MISBEHAVIOURS = (
    "server_error",
    "truncated",
    "truncated_json",
    "rate_limited",
    "empty",
    "not_json",
    "page_repeated",
    "count_disagrees",
    "slow",
)
OPTIONS: dict[str, dict[str, Any]] = {"rate_limited": {"seconds": 0}, "slow": {"seconds": 0.2}}
PLACES = {
    "land": ("s3", "upstream", "warehouse"), "load": ("s3", "warehouse"), "transform": ("warehouse",), "deliver": ("learn", "warehouse"),
    "sync": ("learn", "search", "search"),
}  # fmt: skip
STEPS = ("land", "land", "load", "transform", "deliver", "deliver", "sync", "sync")
"""Where trouble is put, the steps with the most to lose twice."""
KINDS = ("kill", "kill", "kill", "cut", "cut", "stall", "slow", "restart")
ROUNDS = (1, 2, 2)
MOST_TROUBLES = 4
TOGETHER = 3
"""So many sequences have one twin: it costs as much as a chain that is disturbed."""
DAYS = (1, 30, 200)


@dataclass
class Change:
    """A command of the sandbox upstream, with its arguments."""

    command: str
    arguments: dict[str, Any]

    def do(self, upstream: UpstreamClient) -> None:
        """Give the command."""
        getattr(upstream, self.command)(**self.arguments)


@dataclass
class Round:
    """What changes before the steps; ``<step>/<feed>`` -> the troubles of its attempts, in order; the steps that are given up then."""

    passing: bool
    days: int = 0
    changes: list[Change] = field(default_factory=list)
    troubles: dict[str, list[Trouble]] = field(default_factory=dict)
    given_up: list[str] = field(default_factory=list)


@dataclass
class Sequence:
    """Everything that happens, in plain values, so that it can be kept in a file."""

    seed: int
    feeds: list[str]
    rounds: list[Round]

    @property
    def changes(self) -> list[tuple[bool, int, list[Change]]]:
        """What a twin sees of it."""
        return [(each.passing, each.days, each.changes) for each in self.rounds]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Sequence:
        rounds = [
            Round(
                each["passing"],
                each["days"],
                [Change(**change) for change in each["changes"]],
                {step: [Trouble(**one) for one in troubles] for step, troubles in each["troubles"].items()},
                each["given_up"],
            )
            for each in told["rounds"]
        ]
        return cls(told["seed"], told["feeds"], rounds)


def steps_of(feeds: list[str]) -> list[tuple[str, str]]:
    """The steps of a round in their order, with their feeds."""
    return [(step, feed) for feed in feeds for step in ("land", "load")] + [("transform", ""), ("deliver", ""), ("sync", "")]


def make(seed: int) -> Sequence:
    """The sequence of a seed. In `TOGETHER` seeds after one another the same changes upstream; each has its own troubles."""
    rng, troubles = random.Random(f"changes {(seed - 1) // TOGETHER}"), random.Random(seed)
    feeds = rng.sample(FEEDS, rng.choice((1, 1, 2)))
    rounds = [_round(rng, feeds, number) for number in range(rng.choice(ROUNDS))]
    for each in rounds:
        _disturb(troubles, each, feeds)
    return Sequence(seed, feeds, rounds)


def _round(rng: random.Random, feeds: list[str], number: int) -> Round:
    made = Round(passing=rng.random() < 0.5)
    for _ in range(rng.randint(1, 4)):
        feed = rng.choice(feeds)
        made.changes.append(_text(rng, feed, number) if made.passing else _lasting(rng, feed, number))
    if not made.passing and rng.random() < 0.2:
        made.days = rng.choice(DAYS)
    return made


def _disturb(rng: random.Random, made: Round, feeds: list[str]) -> None:
    for _ in range(rng.randint(1, MOST_TROUBLES)):
        step = rng.choice(STEPS)
        feed = rng.choice(feeds) if step in ("land", "load") else ""
        made.troubles.setdefault(f"{step}/{feed}", []).append(_trouble(rng, step, feed, made.passing))
    if made.passing:
        made.given_up = [step for step in made.troubles if rng.random() < 0.25]


def _trouble(rng: random.Random, step: str, feed: str, passing: bool) -> Trouble:
    # The bucket is behind the S3 server. A show that cannot be read is left out of a landing, which is then as good as it gets.
    without = feed == "ocw" or (feed == "podcast" and not passing)
    places = [place for place in PLACES[step] if place != "upstream" or not without]
    where, kind, share = rng.choice(places), rng.choice(KINDS), round(rng.random(), 4)
    if step == "land" and passing and rng.random() < 0.2:
        return Trouble("edit", rng.choice(("s3", "warehouse")), share)
    if where == "upstream" and rng.random() < 0.5:
        fit = sorted({kind for key, _, kind in fault_matrix(UPSTREAM_FEEDS) if key == feed and kind in MISBEHAVIOURS})
        return Trouble(f"{rng.choice(fit)}*{rng.choice((1, 9))}", "upstream", 0)
    if where == "search" and rng.random() < 0.4:
        return Trouble(rng.choice(("busy", "read_only")), "search", share)
    if kind == "restart" and (where == "upstream" or (where == "search" and rng.random() < 0.6)):  # a search server takes long to come back
        kind = "kill"
    return Trouble(kind, where, share)


def text_edit(rng: random.Random, feed: str, text: str) -> Change:
    """A new title of one record."""
    stream, name = TITLES[feed]
    return Change("edit", {"feed": feed, "stream": stream, "index": _index(rng, feed, stream), "values": {name: text}})


def _text(rng: random.Random, feed: str, number: int) -> Change:
    return text_edit(rng, feed, f"Title {number} {rng.randint(0, 99)}")


def _index(rng: random.Random, feed: str, stream: str) -> int:
    return rng.randrange(COUNTS.get(f"{feed}/{stream}", 6) - 4)


def _lasting(rng: random.Random, feed: str, number: int) -> Change:
    """A change that leaves something behind: a record, a person, a price, a date."""
    stream = TITLES[feed][0]
    what = {"feed": feed, "stream": stream}
    at = what | {"index": _index(rng, feed, stream)}
    kinds = [Change("add", what), Change("remove", at), _text(rng, feed, number)]
    if feed == "mitxonline":
        values = (
            {"page.instructors": [{"name": name, "description": ""} for name in rng.sample(PEOPLE, rng.randint(0, 3))]},
            {"courseruns.0.products": [{"id": 9, "price": f"{rng.randint(1, 9)}00.00", "is_active": True, "product_flexible_price": None}]},
            {"courseruns.0.start_date": f"2025-0{rng.randint(1, 9)}-03T00:00:00Z"},
            {"topics": [{"name": name} for name in rng.sample(TOPICS, rng.randint(0, 3))]},
            {"page.feature_image_src": f"/media/original_images/other_{rng.randint(0, 3)}.png"},
            {"courseruns": []},
        )
        kinds += [Change("edit", at | {"values": rng.choice(values)}) for _ in range(3)]
        kinds.append(Change(rng.choice(("add", "remove")), {"feed": feed, "stream": "programs"}))
        if kinds[-1].command == "remove":
            kinds[-1].arguments["index"] = 0
    if feed == "ocw":
        kinds.append(Change("edit", at | {"values": {"topics": [["Engineering"], ["Science", "Biology"]][: rng.randint(1, 2)]}}))
    return rng.choice(kinds)
