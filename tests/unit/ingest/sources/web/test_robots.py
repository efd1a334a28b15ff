from collections.abc import Iterator

import pytest

from ingest.sources.fetching.error import FetchError
from ingest.sources.fetching.fetch import Fetcher
from ingest.sources.web.robots import Robots
from tests.fixtures.web_site import OPEN, Reply, Site, redirect, reply, site


@pytest.fixture
def here() -> Iterator[Site]:
    with site() as made:
        yield made


def robots(here: Site, answer: Reply) -> Robots:
    here.replies["/robots.txt"] = answer
    return Robots(Fetcher(allow=OPEN))


def rules(text: str) -> bytes:
    return reply(text, kind="text/plain")


def test_what_a_site_forbids_is_not_allowed(here: Site) -> None:
    found = robots(here, rules("User-agent: *\nDisallow: /private\nAllow: /private/open\nDisallow: /*.zip$"))
    asked = ("/", "/private", "/private/x", "/private/open", "/a.zip", "/a.zip?x")
    assert [path for path in asked if found.allow(here.url(path))] == ["/", "/private/open", "/a.zip?x"]


def test_rules_for_us_go_before_those_for_all(here: Site) -> None:
    found = robots(here, rules("User-agent: *\nDisallow: /\n\nUser-agent: footnote\nDisallow: /x\n"))
    assert found.allow(here.url("/y"))
    assert not found.allow(here.url("/x"))


def test_the_rules_of_a_site_are_fetched_once_a_run(here: Site) -> None:
    found = robots(here, rules(""))
    assert all(found.allow(here.url(path)) for path in "/a /b /c".split())
    assert len(here.requests) == 1


@pytest.mark.parametrize("status", ["404 x", "410 x", "401 x", "403 x", "400 x"])
def test_a_site_that_shows_no_rules_permits_everything(status: str, here: Site) -> None:
    assert robots(here, reply("Disallow: /", status=status)).allow(here.url("/x"))


@pytest.mark.parametrize(
    "answer",
    [reply(status="500 x"), reply(status="503 x"), b"", redirect("http://10.0.0.1/"), rules("#" * 600_000)],
    ids=["500", "503", "nothing", "inside", "too long"],
)
def test_a_site_whose_rules_cannot_be_had_permits_nothing(answer: Reply, here: Site) -> None:
    found = robots(here, answer)
    with pytest.raises(FetchError, match=r"robots\.txt"):
        found.allow(here.url("/x"))
    assert found.delay(here.url("/x")) == 0.0


def test_bytes_that_are_no_rules_permit_everything(here: Site) -> None:
    assert robots(here, reply(bytes(range(256)) * 9)).allow(here.url("/x"))


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("2", 2.0), ("0.5", 0.5), ("86400", 30.0), ("-1", 0.0), ("nan", 0.0), ("1e9", 30.0), ("x", 0)],
)
def test_the_delay_a_site_asks_for_is_kept_within_reason(asked: str, seconds: float, here: Site) -> None:
    assert robots(here, rules(f"User-agent: *\nCrawl-delay: {asked}\n")).delay(here.url()) == seconds


def test_many_wildcards_take_no_long_time(here: Site) -> None:
    found = robots(here, rules("User-agent: *\n" + "Disallow: /" + "*a" * 5000 + "b\n"))
    assert found.allow(here.url("/" + "a" * 1900))
