"""Raw versions as the loader writes them, and records that differ by chance: a seed gives the same sequence of changes."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from include.sources.registry import stream_of
from include.warehouse.derive.html import store_cleaned, texts_at
from include.warehouse.schema import raw_table
from tests.integration.dbt.raw_records import MAKERS

Json = dict[str, Any]
TOPICS = ["Mathematics", "Physics", "Robotics", "Not a topic", "Business:Leadership & Organizations", "Energy & Earth Sciences"]
LABELS = ["xPRO", "Emeritus", "WHU"]


@dataclass
class RawFeed:
    """Writes versions into the raw tables of a warehouse."""

    connection: psycopg.Connection[Any]
    present: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def put(self, source: str, stream: str, key: str, payload: Json, at: datetime) -> None:
        """A new version of a record."""
        self._insert(source, stream, key, payload, at)
        with self.connection.cursor() as cursor:
            store_cleaned(cursor, texts_at(payload, stream_of(source, stream).html_fields))
        self.present.setdefault((source, stream), set()).add(key)

    def remove(self, source: str, stream: str, key: str, at: datetime) -> None:
        """A record that disappeared from a complete read."""
        self._insert(source, stream, key, None, at)
        self.present[source, stream].discard(key)

    def _insert(self, source: str, stream: str, key: str, payload: Json | None, at: datetime) -> None:
        digest = None if payload is None else hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).digest()
        self.connection.execute(
            sql.SQL(
                "insert into raw.{} (record_key, payload, content_hash, observed_at, run_key, object_key, line_number, is_removed)"
                " values (%s, %s, %s, %s, 'run', 'part', 1, %s)"
            ).format(sql.Identifier(raw_table(source, stream))),
            [key, None if payload is None else Jsonb(payload), digest, at, payload is None],
        )


@dataclass
class Publishers:
    """Publishers that change their minds."""

    feed: RawFeed
    chance: random.Random
    start: datetime

    def change(self, at: datetime, changes: int) -> None:
        """Some records are edited, added or taken away."""
        for _ in range(changes):
            source, stream, key, payload = self.chance.choice(
                [
                    *(self._mitxonline_course, self._mitxonline_program, self._xpro_course, self._xpro_program),
                    *(self._ocw_course, self._ocw_file),
                    *(partial(make, self.chance, self.start) for make in MAKERS),
                ]
            )()
            known = self.feed.present.get((source, stream), set())
            if key in known and self.chance.random() < 0.25:
                self.feed.remove(source, stream, key, at)
            else:
                self.feed.put(source, stream, key, payload, at)

    def _moment(self) -> str | None:
        if self.chance.random() < 0.2:
            return None
        return (self.start + timedelta(days=self.chance.randint(-40, 60), hours=self.chance.randint(0, 3))).isoformat()

    def _dates(self) -> Json:
        return {name: self._moment() for name in ("start_date", "end_date", "enrollment_start", "enrollment_end")}

    def _names(self) -> list[Json]:
        return [{"name": name} for name in self.chance.sample(TOPICS, self.chance.randint(0, 3))]

    def _modes(self) -> list[Json]:
        return [{"mode_slug": mode} for mode in self.chance.sample(["verified", "audit"], self.chance.randint(0, 2))]

    def _page(self) -> Json:
        return {
            "page_url": self.chance.choice(["/page/", "/page/", "/page/", None]),
            "live": self.chance.random() < 0.9,
            "include_in_learn_catalog": True,
            "description": f"<p class='x'>About {self.chance.randint(1, 3)}</p><script>no()</script>",
            "instructors": [{"name": name} for name in self.chance.sample(["Ada", "Grace", " ", "Ada"], 2)],
        }

    def _mitxonline_course(self) -> tuple[str, str, str, Json]:
        number = self.chance.randint(1, 6)
        key = f"course-v1:MITxT+{number}"
        runs = [
            {
                "courseware_id": f"{key}+R{run}",
                "title": f"Run {run}",
                "course_number": f"{number}.{self.chance.randint(0, 2)}x",
                "is_enrollable": self.chance.random() < 0.8,
                "is_self_paced": self.chance.random() < 0.5,
                "enrollment_modes": self._modes(),
                **self._dates(),
            }
            for run in range(self.chance.randint(0, 3))
        ]
        return (
            "mitxonline",
            "courses",
            key,
            {
                "id": number,
                "readable_id": key,
                "title": self.chance.choice([f"Course {number}", f"Proctored exam {number}"]),
                "page": self._page(),
                "include_in_learn_catalog": self.chance.random() < 0.9,
                "topics": self._names(),
                "departments": [{"name": "Mathematics"}],
                "min_price": self.chance.choice([None, 0, 10]),
                "max_price": self.chance.choice([None, 20]),
                "certificate_type": "Certificate of Completion",
                "availability": self.chance.choice(["dated", "anytime"]),
                "courseruns": runs,
            },
        )

    def _tree(self, depth: int = 0) -> list[Json]:
        nodes: list[Json] = []
        for _ in range(self.chance.randint(1, 3)):
            kind = self.chance.choice(["course", "program", "operator"])
            if kind == "course":
                nodes.append({"data": {"node_type": "course", "course": self.chance.randint(1, 8)}})
            elif kind == "program":
                nodes.append({"data": {"node_type": "program", "required_program": self.chance.randint(101, 105)}})
            elif depth < 2:
                nodes.append({"data": {"node_type": "operator"}, "children": self._tree(depth + 1)})
        return nodes

    def _mitxonline_program(self) -> tuple[str, str, str, Json]:
        number = self.chance.randint(101, 104)
        key = f"program-v1:MITxT+{number}"
        return (
            "mitxonline",
            "programs",
            key,
            {
                "id": number,
                "readable_id": key,
                "title": f"Program {number}",
                "page": self._page(),
                "topics": self._names(),
                "display_mode": self.chance.choice(["course", "program", None]),
                "req_tree": self._tree(),
                "enrollment_modes": self._modes(),
                "min_price": 5,
                "max_price": self.chance.choice([None, 50]),
                "availability": "anytime",
                **self._dates(),
            },
        )

    def _xpro_payload(self, number: int) -> Json:
        return {
            "readable_id": f"course-v1:xPRO+{number}",
            "title": f"xPRO {number}",
            "platform": self.chance.choice(LABELS),
            "description": "<b>Lead</b><a href='x'>on</a>",
            "thumbnail_url": self.chance.choice([None, "https://example.org/i.png"]),
            "topics": self._names(),
            "format": self.chance.choice(["Online", "Blended", "Strange"]),
            "credits": "1.5",
            "availability": "dated",
            "courseruns": [
                {
                    "courseware_id": f"R{run}",
                    "title": "Run",
                    "current_price": self.chance.choice([None, 100.0, 250.5]),
                    "instructors": [{"name": "Grace"}],
                    **self._dates(),
                }
                for run in range(self.chance.randint(0, 2))
            ],
        }

    def _xpro_course(self) -> tuple[str, str, str, Json]:
        payload = self._xpro_payload(self.chance.randint(1, 4))
        return "xpro", "courses", payload["readable_id"], payload

    def _xpro_program(self) -> tuple[str, str, str, Json]:
        number = self.chance.randint(1, 2)
        payload = self._xpro_payload(number) | {
            "readable_id": f"program-v1:xPRO+{number}",
            "current_price": self.chance.choice([None, 900]),
        }
        payload |= {"courses": [self._xpro_payload(self.chance.randint(1, 5)) for _ in range(2)], **self._dates()}
        return "xpro", "programs", payload["readable_id"], payload

    def _ocw_course(self) -> tuple[str, str, str, Json]:
        slug = f"courses/slug-{self.chance.randint(1, 4)}"
        return (
            "ocw",
            "courses",
            slug,
            {
                "object_key": f"{slug}/data.json",
                "etag": "e",
                "last_modified": (self.start - timedelta(days=self.chance.randint(0, 9))).isoformat(),
                "body": {
                    "course_title": "OCW",
                    "site_uid": f"uid-of-{slug[-1]}",
                    "primary_course_number": self.chance.choice(["6.01", "6.02SC"]),
                    "term": "Spring",
                    "year": self.chance.choice(["2010", "2011"]),
                    "level": ["Undergraduate"],
                    "department_numbers": ["6", "X"],
                    "course_description_html": "<p>Text</p>",
                    "image_src": self.chance.choice([None, "/i.png"]),
                    "topics": [["Engineering"]],
                    "learning_resource_types": self.chance.sample(["Lecture Notes", "Exams"], self.chance.randint(0, 2)),
                },
            },
        )

    def _ocw_file(self) -> tuple[str, str, str, Json]:
        key = f"courses/slug-{self.chance.randint(1, 4)}/pages/p{self.chance.randint(1, 3)}/data.json"
        body = {"title": "Page", "learning_resource_types": [self.chance.choice(["Lecture Notes", "Exams", "Other"])]}
        return "ocw", "content_files", key, {"object_key": key, "etag": "e", "last_modified": self.start.isoformat(), "body": body}
