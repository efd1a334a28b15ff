from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rag.places import LEFT, Mark, Place
from rag.types import MediaType, Status
from tests.unit.web.test_render import DOCUMENT
from web.reading.about import LONGEST, SHOWN, about, openable

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def place(origin: str, trouble: str = "") -> Place:
    return Place(
        id=1, origin=origin, name="a.md", document_id="d", source_id=1, sha256="", mark=Mark(), seen_at=NOW,
        trouble=trouble or None, trouble_at=None, status=Status.READY, reason=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("origin", "kind", "url"),
    [
        ("https://example.org/a?b=c", "site", "https://example.org/a?b=c"),
        ("http://example.org/", "site", "http://example.org/"),
        ("javascript:alert(1)", "folder", ""),
        ("https:alert(1)", "folder", ""),
        ("ftp://example.org/a", "folder", ""),
        ("http://[", "folder", ""),
        ("data:text/html,x", "folder", ""),
        ("/files/b.md", "folder", ""),
        ("upload:a.md", "upload", ""),
    ],
)
def test_only_what_lies_on_the_web_is_a_link(origin: str, kind: str, url: str) -> None:
    (found,) = about(DOCUMENT, [place(origin)]).origins
    assert (found.kind, found.url) == (kind, url)


def test_a_place_of_no_file_is_not_told_of_and_many_places_are_counted() -> None:
    places = [place(f"/files/{number}.md") for number in range(SHOWN + 3)]
    found = about(DOCUMENT, [place(f"{LEFT}d"), *places])
    assert (len(found.origins), found.more) == (SHOWN, 3)


def test_the_time_of_a_document_is_what_its_title_says_else_when_it_came() -> None:
    document = replace(DOCUMENT, title="Report 2025-03-31", created_at=NOW, updated_at=NOW)
    assert about(document, []).said == "2025-03-31"
    assert about(document, []).updated is None
    later = replace(document, title="Report", source="report.md", updated_at=NOW + timedelta(days=2))
    assert about(later, []).said == ""
    assert about(later, []).updated == later.updated_at


@pytest.mark.parametrize("media_type", list(MediaType))
def test_only_pictures_and_texts_are_shown_as_they_came(media_type: MediaType) -> None:
    harmless = {"image/png", "image/jpeg", "text/plain", "text/markdown", "text/x-code", "text/csv"}
    document = replace(DOCUMENT, media_type=media_type, size=10)
    assert openable(document) is (media_type.value in harmless | {"application/json"})


def test_a_text_of_megabytes_is_only_given_to_keep() -> None:
    assert not openable(replace(DOCUMENT, media_type=MediaType.TEXT, size=LONGEST + 1))
