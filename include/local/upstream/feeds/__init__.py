"""The feeds of the sandbox, one module each; a module that is here is served, nothing else names it.

To add the feed ``abc`` write ``feeds/abc.py`` (its record generator in ``generated/abc.py`` when it is long) with a ``FEED``::

    def course(world: World, index: int) -> Json:                       # same seed, anchor and index: the same bytes
        rng = stream_of(world.seed, "abc/courses", index)
        return {"id": f"abc-{index + 1}", "name": title(rng), "starts": moment(world.anchor + days(rng, -400, 300))}

    def routes(site: Site) -> list[Route]:                              # paths as the publisher has them, below /abc
        return [
            site.get("/api/courses/", "courses", drf_page("courses", size=100)),          # count, next, previous, results
            site.get("/feeds/courses/", "courses", numbered_page("courses", size=20)),    # ?page=0,1,2 ... until []
            site.get("/export.json", "courses", whole("courses")),                        # one list, streamed
            site.get("/export.csv", "courses", whole("courses", render=csv_text, media_type="text/csv")),
            site.post("/oauth2/token", "token", site.token, open_to_all=True),            # OAuth2 client credentials
            site.get("/config.yaml", "config", config_file),                              # your own: (Ask) -> Answer | Response
        ]

    FEED = Feed(
        key="abc", title="ABC", routes=routes, auth=partial(OAuth2, scheme="JWT"),
        streams=(Stream("courses", course, key="id", find=number_behind("abc-"), quantity=Quantity(share=4), traits=DRF,
                        recorded=("abc_courses_*.json",), parse=json_rows),),
    )

* A handler gets an ``Ask``: ``ask.view("courses")`` (all views of one request are of one moment), ``ask.params`` (of the path),
  ``ask.query``, ``ask.form`` (a POSTed form), ``ask.body``, ``ask.world``. It returns an ``Answer`` (rows, from, to, how they are
  rendered), on which every fault can show, or a plain ``Response`` (a 404, say), on which none does. For records that are not a
  stream as it is (those of one playlist, of the ids asked for) use ``Answer(Rows(records), render=...)``. ``render`` is
  (records, facts of the page) -> chunks of bytes: XML, YAML, an envelope of the publisher's own; see ``answers.py``.
* ``Quantity(share=4)`` is 4 % of ``UPSTREAM_RESOURCES``, at least one from 10 on; ``Quantity(fixed=3)`` is always 3. A feed's
  numbers depend on no other feed. Nothing holds all records: make them one by one.
* ``auth``: ``ApiKey`` (header), ``GoogleKey`` or ``OAuth2``. ``UPSTREAM_<KEY>_SECRET`` is the key or the client secret;
  without it an ``ApiKey`` or ``GoogleKey`` feed asks for nothing, and an ``OAuth2`` one gives its token to any client.
* Faults: ``faults.fault_matrix(FEEDS)`` gives every (feed, stream, kind) that can show, from the traits; ``unfit`` takes kinds away,
  the trait ``"quota"`` brings ``quota_exceeded``.
* Commands (add, edit, remove, corrupt) name records by ``key``. ``corruptions`` says how each kind of bad record looks here.
* Records other than JSON (an RSS item, a CSV line) are dicts that the renderer writes; ``parse`` turns a recorded file into them.
* A bucket: ``Feed(key=..., objects=Objects(...))`` as ``ocw.py``: objects of any bytes, another bucket or root, no routes.
* ``tests/unit/upstream/test_feeds.py`` checks every feed that is here: repeatable records, distinct keys, edits that fit.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from include.local.upstream.feed import Feed


def _discovered() -> dict[str, Feed]:
    """Key -> feed; :raises ValueError: for a module whose name is not its feed's key."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        feed: Feed = import_module(f"{__name__}.{module.name}").FEED
        if feed.key != module.name:
            raise ValueError(f"the feed in feeds/{module.name}.py calls itself {feed.key!r}")
        found[feed.key] = feed
    return found


FEEDS = _discovered()
