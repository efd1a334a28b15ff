import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from web.language import BELOW, FOLDER, languages, wanted
from web.pages import FOLDER as WEB

TEMPLATES = sorted((WEB / "templates").glob("*.html"))
BLANKS = re.compile(r"%\(\w+\)s|\{\w+\}|</?\w+[^>]*>")
GERMAN = languages()["de"]
OTHERS = sorted(path for path in FOLDER.iterdir() if path.is_dir())  # than English
AREAS = sorted(area for folder in OTHERS for area in folder.glob("*.po"))


def named(path: Path) -> str:
    """What a test of a file is known by: `de/shell.po`."""
    return f"{path.parent.name}/{path.name}"


def said_by(template: Path) -> set[str]:
    """Every text that a template says, both forms of what is counted."""
    options = {"trimmed": "false", "newstyle_gettext": "true"}
    with template.open("rb") as source:
        found = list(extract("jinja2.ext:babel_extract", source, options=options))
    return {text for _, told, _, _ in found for text in ((told,) if isinstance(told, str) else told) if text}


def messages(area: Path) -> Iterator[Message]:
    with area.open("rb") as source:
        yield from (message for message in read_po(source, locale=area.parent.name) if message.id)


def texts(form: str | tuple[str, ...] | list[str]) -> list[str]:
    return [form] if isinstance(form, str) else list(form)


@pytest.mark.parametrize("folder", OTHERS, ids=lambda path: path.name)
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_text_of_a_template_is_there_in_every_language(template: Path, folder: Path) -> None:
    there = {text for area in folder.glob("*.po") for m in messages(area) for text in texts(m.id)}
    assert sorted(said_by(template) - there) == [], f"add them to {folder.name}, as docs/languages.md says"


@pytest.mark.parametrize("area", AREAS, ids=named)
def test_every_text_of_a_catalogue_keeps_the_blanks_of_the_english(area: Path) -> None:
    for message in messages(area):
        for english, other in zip(texts(message.id), texts(message.string), strict=True):
            assert other.strip(), english
            assert Counter(BLANKS.findall(other)) == Counter(BLANKS.findall(english)), other


@pytest.mark.parametrize("area", AREAS, ids=named)
def test_a_catalogue_says_which_language_it_is_in(area: Path) -> None:
    with area.open("rb") as source:
        assert read_po(source).locale_identifier == area.parent.name


@pytest.mark.parametrize("folder", OTHERS, ids=lambda path: path.name)
def test_no_text_stands_in_two_catalogues_and_none_is_said_by_nobody(folder: Path) -> None:
    every = [
        text
        for area in folder.glob("*.po")
        if area.name != BELOW
        for message in messages(area)
        for text in texts(message.id)
    ]
    assert [text for text, count in Counter(every).items() if count > 1] == []
    assert sorted(set(every) - set().union(*map(said_by, TEMPLATES))) == []


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr,de;q=0.5", "de"),
        ("en;q=0.1,de;q=0.7", "de"),
        ("de;q=0", "en"),
        ("fr", "en"),
        ("de;q=much", "en"),
    ],
)
def test_a_reader_gets_the_language_that_the_browser_accepts_best(accepted: str, code: str) -> None:
    assert wanted(None, accepted, ("en", "de")) == code


@given(st.text())
def test_any_header_is_some_language(accepted: str) -> None:
    assert wanted(None, accepted, ("en", "de")) in ("en", "de")


def test_a_language_that_was_chosen_goes_before_what_the_browser_accepts() -> None:
    assert wanted("de", "en", languages()) == "de"
    assert wanted("xx", "en", languages()) == "en"


@given(st.text())
def test_what_no_catalogue_knows_is_told_as_it_stands(text: str) -> None:
    unknown = f"\N{SNOWMAN}{text}".replace(",", "").replace("·", "")
    assert GERMAN.told(unknown) == unknown


def test_pages_speak_the_language_that_is_asked_for(client: TestClient) -> None:
    page = client.get("/", headers={"accept-language": "de-DE,de"}).text
    assert '<html lang="de" dir="ltr">' in page
    assert "Am Anfang stehen Ihre Dokumente" in page
    assert "Start with your documents" in client.get("/").text


def test_a_language_is_chosen_at_the_foot_of_a_page_and_remembered(client: TestClient) -> None:
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/").text)
    assert token
    sent = {"csrf": token[1], "language": "de"}
    back = client.post("/language", data=sent, headers={"referer": "http://127.0.0.1:8000/documents?q=a"})
    assert (back.status_code, back.headers["location"]) == (303, "/documents?q=a")
    assert '<html lang="de"' in client.get("/").text
    other = client.post("/language", data=sent | {"language": "xx"})
    assert other.status_code == 422


def test_going_back_never_leaves_this_server(client: TestClient) -> None:
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/").text)
    assert token
    for came_from in ("http://evil.example//evil.example/", "//evil.example", "http://evil.example/\\evil"):
        sent = {"csrf": token[1], "language": "de"}
        back = client.post("/language", data=sent, headers={"referer": came_from})
        assert not back.headers["location"].startswith(("//", "/\\", "http"))
