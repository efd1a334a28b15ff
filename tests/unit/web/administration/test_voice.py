import tomllib
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from rag.errors import Busy
from rag.settings_file import read_file
from rag.talk_tables import turns
from rag.voices import MOST
from tests.fakes import FakeGenerator
from tests.unit.web.conftest import Add
from tests.unit.web.markup import tags, text
from web.wiring import Services

PAGE = "/settings/voice"
POLITE = "Say “please”, and call the house Brook & Sons."


@pytest.fixture(autouse=True)
def heron(add: Add) -> None:
    add("heron.md", "# Heron\n\nThe heron stands in the reeds of the lake.", "birds")


@pytest.fixture
def writer(services: Services) -> FakeGenerator:
    """A model that writes; made before the first answer."""
    generator = FakeGenerator("The heron stands in the reeds [1].")
    vars(services)["generator"] = generator
    vars(services).pop("answerer", None)
    return generator


def typed(page: str) -> str:
    return page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]


def test_the_general_voice_is_saved_and_heard_from_the_next_answer_on(
    client: TestClient, token: str, services: Services, folder: Path
) -> None:
    sent = client.post(PAGE, data={"csrf": token, "collection": "", "voice": f"{POLITE}\r\nBe brief."})
    assert sent.status_code == 303
    page = client.get(sent.headers["location"]).text
    assert "Saved. It is heard from the next answer on." in page
    assert read_file(folder / "footnote.toml") == {"voice": f"{POLITE}\nBe brief."}
    assert services.voices.of(frozenset({"birds"})) == f"{POLITE}\nBe brief."
    assert "A general voice is set." in client.get("/settings").text


def test_a_collection_is_given_a_voice_of_its_own_and_it_is_taken_back(
    client: TestClient, token: str, services: Services, folder: Path
) -> None:
    client.post(PAGE, data={"csrf": token, "collection": "birds", "voice": POLITE})
    assert services.voices.own() == {"birds": POLITE}
    page = client.get(f"{PAGE}?collection=birds").text
    assert "Say “please”, and call the house Brook &amp; Sons." in typed(page)
    assert 'aria-label="has its own"' in page
    assert "One collection has its own." in client.get("/settings").text
    client.post(PAGE, data={"csrf": token, "collection": "birds", "voice": " "})
    assert services.voices.own() == {}
    assert not (folder / "footnote.toml").exists()


def test_a_preview_answers_in_the_voice_as_typed_and_saves_nothing(
    client: TestClient, token: str, services: Services, writer: FakeGenerator, folder: Path
) -> None:
    form = {"csrf": token, "collection": "birds", "voice": POLITE, "question": "Where does the heron stand?"}
    page = client.post(f"{PAGE}/preview", data=form)
    assert page.status_code == 200
    assert writer.shown[-1][0].content.endswith(POLITE), "the model was told the voice"
    told = text(page.text)
    assert "The heron stands in the reeds" in told
    assert "Written by fake-writer." in told
    assert 'href="/source/' in page.text
    assert POLITE.partition("&")[0] in typed(page.text), "what was typed is not lost"
    assert services.voices.own() == {}
    with services.database.reading() as connection:
        assert connection.execute(select(turns)).all() == []
    assert not (folder / "footnote.toml").exists()


def test_where_answers_are_quotes_a_preview_shows_what_a_model_would_be_told(
    client: TestClient, token: str
) -> None:
    assert "Answers are quotes now, and quotes have no voice." in client.get(PAGE).text
    form = {"csrf": token, "collection": "", "voice": POLITE, "question": "Where does the heron stand?"}
    page = client.post(f"{PAGE}/preview", data=form).text
    assert "Answers are quotes, which no voice changes." in page
    told = page.partition("<pre")[2].partition("</pre>")[0]
    assert "You answer questions from the numbered sources" in told
    assert "call the house Brook &amp; Sons." in told
    assert 'class="previewed"' not in page


def test_a_busy_model_leaves_what_was_typed(
    client: TestClient, token: str, writer: FakeGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise Busy("The language model has enough to do. Come again in a moment.")

    monkeypatch.setattr(writer, "ticket", full)
    form = {"csrf": token, "collection": "", "voice": POLITE, "question": "Where does the heron stand?"}
    page = client.post(f"{PAGE}/preview", data=form)
    assert page.status_code == 200
    assert "The language model has enough to do." in page.text
    assert "Brook &amp; Sons" in typed(page.text)
    assert 'value="Where does the heron stand?"' in page.text


def test_a_question_that_the_documents_do_not_answer_says_so(
    client: TestClient, token: str, writer: FakeGenerator, services: Services
) -> None:
    form = {"csrf": token, "collection": "", "voice": "", "question": "Where does the heron stand?"}
    for each in services.store.documents():
        services.intake.delete(each.id)
    page = client.post(f"{PAGE}/preview", data=form).text
    assert "The documents do not answer this question." in page


def test_limits_are_told_and_held(client: TestClient, token: str, services: Services) -> None:
    assert f"At most {MOST:,} characters" in client.get(PAGE).text
    long = {"csrf": token, "collection": "birds", "voice": "x" * (MOST + 1)}
    for path in (PAGE, f"{PAGE}/preview"):
        assert client.post(path, data=long | {"question": "Where?"}).status_code == 413
    assert client.post(f"{PAGE}/preview", data=long | {"voice": "", "question": ""}).status_code == 422
    assert services.voices.own() == {}


def test_a_collection_that_there_is_not_is_not_found(client: TestClient, token: str) -> None:
    assert client.get(f"{PAGE}?collection=fish").status_code == 404
    form = {"csrf": token, "collection": "fish", "voice": POLITE, "question": "Where?"}
    assert client.post(PAGE, data=form).status_code == 404
    assert client.post(f"{PAGE}/preview", data=form).status_code == 404


def test_what_the_environment_says_is_not_overruled(
    client: TestClient, token: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_VOICE", "Be brief.")
    assert "It is changed there." in client.get(PAGE).text
    assert client.post(PAGE, data={"csrf": token, "collection": "", "voice": POLITE}).status_code == 422
    assert not (folder / "footnote.toml").exists()


def test_a_file_that_cannot_be_changed_safely_is_left_alone(
    client: TestClient, token: str, folder: Path, services: Services
) -> None:
    there = 'voice = """\nBe\nbrief"""\n'
    (folder / "footnote.toml").write_text(there)
    sent = client.post(PAGE, data={"csrf": token, "collection": "", "voice": POLITE})
    assert sent.status_code == 500
    assert "cannot be changed safely" in sent.text
    assert (folder / "footnote.toml").read_text() == there
    assert tomllib.loads(there)["voice"] == "Be\nbrief"
    assert services.voices.general == ""


def test_coming_back_to_a_preview_leads_to_the_page(client: TestClient) -> None:
    back = client.get(f"{PAGE}/preview")
    assert (back.status_code, back.headers["location"]) == (303, PAGE)


def test_nothing_is_done_without_the_token(client: TestClient, services: Services) -> None:
    form = {"collection": "birds", "voice": POLITE, "question": "Where?"}
    assert client.post(PAGE, data=form).status_code == 403
    assert client.post(f"{PAGE}/preview", data=form).status_code == 403
    assert services.voices.own() == {}


def test_the_markup_of_voices_questions_and_answers_never_runs(
    client: TestClient, token: str, add: Add, writer: FakeGenerator
) -> None:
    hostile = '"></textarea><script>alert(1)</script><img src=x onerror=alert(1)>'
    add("a.md", f"# {hostile}\n\nThe heron says {hostile} here.", hostile)
    writer.pieces = (f"The heron says {hostile} here [1].",)
    form = {"csrf": token, "collection": hostile, "voice": hostile, "question": f"What is {hostile}?"}
    for page in (client.post(f"{PAGE}/preview", data=form), client.get(PAGE, params={"collection": hostile})):
        assert page.status_code == 200
        found = tags(page.text)
        assert [tag for tag, _ in found].count("script") == 1
        assert not [tag for tag, names in found if tag == "img" or any(n.startswith("on") for n in names)]
