from pathlib import Path

import pytest

from ingest.sources.web.feed import entries
from rag.errors import UnreadableDocument

HERE = "http://example.org/news/feed.xml"
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>http://example.org/</link>
<item><title>B</title><link>http://example.org/b</link></item>
<item><title>A</title><link>/a?x=1&amp;y=2</link></item>
<item><title>B again</title><link>http://example.org/b</link></item>
<item><title>none</title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><link href="http://example.org/"/>
<entry><title>B</title><link href="http://example.org/b"/></entry>
<entry><title>A</title><link rel="alternate" href="../a?x=1&amp;y=2"/></entry></feed>"""
URLS = ["http://example.org/b", "http://example.org/a?x=1&y=2"]


@pytest.mark.parametrize("feed", [RSS, ATOM], ids=["RSS", "Atom"])
def test_a_feed_leads_to_its_entries(feed: str) -> None:
    assert entries(feed.encode(), HERE) == URLS


def test_a_feed_that_breaks_off_gives_what_there_is() -> None:
    assert entries(RSS[: RSS.index("<item><title>B again")].encode(), HERE) == URLS


@pytest.mark.parametrize("data", [b"", b"<html><body>Not found</body></html>", b"text", b"<rss><<"])
def test_what_is_no_feed_does_not_pass_for_an_empty_one(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="list of pages"):
        entries(data, HERE)


def test_a_feed_is_never_taken_for_the_name_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "<rss>").write_text(RSS)
    with pytest.raises(UnreadableDocument, match="damaged"):
        entries(b"<rss>", HERE)


def test_a_feed_that_defines_entities_is_not_read(tmp_path: Path) -> None:
    head = "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY e 'ha'><!--?><rss-->]>"
    with pytest.raises(UnreadableDocument, match="no feed"):
        entries(f"{head}<rss><channel><item><link>/&e;</link></item></channel></rss>".encode(), HERE)
