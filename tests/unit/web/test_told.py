import json
import re
import string
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from rag.errors import RetryableError
from rag.events import AnswerEvent, PassagesFound
from rag.types import Question
from tests.unit.web.spoken import spoken
from tests.unit.web.unspoken import NO_TEXT, SILENT
from web.language import BELOW, ENGLISH, FOLDER, languages
from web.told import COUNTS, OWN, Pattern, Told
from web.wiring import Services

ROOT = Path(__file__).parents[3]
NAMED = re.compile(r"\{(\w+)\}")
LANGUAGES = languages()
OTHERS = sorted(set(LANGUAGES) - {ENGLISH})
GERMAN = LANGUAGES["de"]


@cache
def below(code: str = GERMAN.code) -> dict[str, str]:
    """The catalogue of what no template says: English, and the other language."""
    with (FOLDER / code / BELOW).open("rb") as source:
        return {str(each.id): str(each.string) for each in read_po(source) if each.id}


TEXTS = sorted(below())


def unnamed(text: str) -> str:
    return NAMED.sub("{}", text)


def samples(text: str) -> dict[str, str]:
    """A value for each blank: a number, a text of the catalogue or somebody's words."""
    values = {}
    for at, name in enumerate(dict.fromkeys(NAMED.findall(text))):
        values[name] = f"1,20{at}" if name in COUNTS else "it is too long" if name in OWN else f"Ω{at}.pdf"
    return values


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_that_code_says_to_people_is_there_in_every_language(code: str) -> None:
    known = set(map(unnamed, below(code)))
    missing = [f"{where}: {text!r}" for text, where in spoken().items() if text not in known]
    assert missing == [], f"add them to {code}/{BELOW}, as docs/languages.md says"


@pytest.mark.parametrize("code", OTHERS)
def test_no_catalogue_keeps_what_no_code_says(code: str) -> None:
    said = set(spoken())
    assert [text for text in below(code) if unnamed(text) not in said] == []


@pytest.mark.parametrize("code", OTHERS)
def test_no_text_differs_from_another_in_the_names_of_its_blanks_alone(code: str) -> None:
    assert [text for text, count in Counter(map(unnamed, below(code))).items() if count > 1] == []


@pytest.mark.parametrize(
    ("code", "english"), [(code, text) for code in OTHERS for text in sorted(below(code))]
)
def test_a_text_is_told_with_what_stands_in_its_blanks(code: str, english: str) -> None:
    other, held, told = below(code)[english], samples(english), LANGUAGES[code].told
    assert sorted(NAMED.findall(other)) == sorted(NAMED.findall(english))
    own = {name: told(value) for name, value in held.items() if name in OWN}
    assert told(english.format_map(held)) == other.format_map(held | own)


@pytest.mark.parametrize("code", OTHERS)
def test_what_both_code_and_templates_say_is_said_alike(code: str) -> None:
    said = LANGUAGES[code].catalogue.gettext
    assert [text for text, other in below(code).items() if said(text) not in (text, other)] == []


def test_blanks_stand_apart_so_that_it_is_known_where_one_ends() -> None:
    assert [text for text in TEXTS if "}{" in text] == []


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("1 page unreadable · held: looks like instructions",
         "1 Seite unlesbar · zurückgehalten: sieht nach Anweisungen aus"),
        ("3 added, 2 failed", "3 aufgenommen, 2 fehlgeschlagen"),
        ("3 added. It was broken off. The next sync goes on from there.",
         "3 aufgenommen. Er wurde abgebrochen. Der nächste Abgleich macht da weiter."),
        ("nothing found. Unheard of!", "nichts gefunden. Unheard of!"),
        ("5 of 9 done · 1 failed · 3.4 a second · about 2 min left",
         "5 von 9 fertig · 1 fehlgeschlagen · 3.4 pro Sekunde · noch etwa 2 min"),
        ("page 3, row 7", "Seite 3, Zeile 7"),
        ("Prices, row 7", "Prices, Zeile 7"),
        ("offer.docx: 1 comment was left out.", "offer.docx: 1 Kommentar wurde weggelassen."),
        ("The language model took longer than 5 seconds. So this is what the documents say, in quotes.",
         "Das Sprachmodell hat länger als 5 Sekunden gebraucht. Deshalb folgt, was die Dokumente sagen, in Zitaten."),
        ("Boom went the model. The answer ends where it broke off.",
         "Boom went the model. Die Antwort endet da, wo sie abgebrochen ist."),
        ("Nothing could be read on pages 1, 4-6 and those after them: damaged.",
         "Auf den Seiten 1, 4-6 und denen danach war nichts zu lesen: beschädigt."),
        ("the parser crashed on it; its limits are 9 seconds and 1 seconds (LIMIT)",
         "das Leseprogramm ist daran abgestürzt; seine Grenzen sind 9 Sekunden und 1 Sekunden (LIMIT)"),
        ("The attachment b.pdf was not read: b.pdf is empty: there is no text in it.",
         "Der Anhang b.pdf wurde nicht gelesen: b.pdf ist leer: Es steht kein Text darin."),
    ],
)  # fmt: skip
def test_what_is_told_one_after_the_other_or_within_another_is_found(english: str, german: str) -> None:
    assert GERMAN.told(english) == german


@pytest.mark.parametrize(
    "name", ["Ready", "page 3", "It answers questions.", "a, Ready", "<b>Failed</b>", "{name}", "{0}"]
)
def test_somebodys_words_in_a_blank_are_left_alone_whatever_they_are(name: str) -> None:
    assert GERMAN.told(f"There is a collection named {name} already. Choose another name.") == (
        f"Eine Sammlung mit dem Namen {name} gibt es schon. Wählen Sie einen anderen Namen."
    )


def test_a_blank_for_a_number_holds_no_words() -> None:
    assert GERMAN.told("page 3 of the novel") == "page 3 of the novel"
    assert GERMAN.told("The office done") == "The office done"
    assert GERMAN.told("☃ deleted") == "☃ deleted"


def test_a_text_that_says_more_goes_before_one_that_would_swallow_it() -> None:
    told = Told(
        lambda text: None, {"{name} is lost": "kurz {name}", "of {name}: {why} is lost": "lang {name} {why}"}
    )
    assert told("of a: b is lost") == "lang a b"


def test_what_is_within_another_text_does_not_swallow_it() -> None:
    texts = {"{name} is as empty as it can be": "leer: {name}", "in {name}: {why}": "in {name} ist {why}"}
    told = Told(lambda text: None, texts)
    assert told("in a: b is as empty as it can be") == "in a ist leer: b"


@given(st.text())
def test_any_text_is_told_without_an_error(text: str) -> None:
    assert isinstance(GERMAN.told(text), str)


PARTS = [
    *"·:,. ",
    "Ready",
    "page 3",
    "It was not read.",
    "the quote says",
    '"',
    "its member",
    "is cut short",
    "�",
    "{name}",
    "%s",
]


@given(st.lists(st.sampled_from(PARTS), max_size=400).map(" ".join))
def test_texts_made_to_mislead_are_told_without_an_error(text: str) -> None:
    assert bool(GERMAN.told(text)) is bool(text)


WORDS = st.text(st.sampled_from("ΩλЖ" + string.digits + "<>&{}%\n"), min_size=1, max_size=30)


@given(st.sampled_from([text for text in TEXTS if NAMED.search(text)]), st.data())
def test_what_stands_in_the_blanks_of_a_text_comes_through_unchanged(
    english: str, data: st.DataObject
) -> None:
    held = {
        name: data.draw(
            st.from_regex(r"[0-9][0-9.,]{0,8}", fullmatch=True) if name in COUNTS else WORDS, name
        )
        for name in dict.fromkeys(NAMED.findall(english))
    }
    assert GERMAN.told(english.format_map(held)) == below()[english].format_map(held)


@given(st.text(), st.text(min_size=1), st.text(min_size=1))
def test_a_pattern_finds_blanks_that_make_the_text_again(between: str, first: str, second: str) -> None:
    pattern = Pattern.of("a {one} " + between.replace("{", "").replace("}", "") + " {two} z", "")
    text = f"a {first}{pattern.fixed[1]}{second} z"
    said = pattern.said(text)
    assert said is not None
    assert f"a {said['one']}{pattern.fixed[1]}{said['two']} z" == text


def test_what_is_left_out_of_the_search_is_there() -> None:
    paths = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("*/**/*.py")]
    assert [start for start in SILENT if not any(path.startswith(start) for path in paths)] == []
    code = "".join(
        path.read_text("utf-8") for name in ("rag", "ingest", "web") for path in (ROOT / name).rglob("*.py")
    )
    assert [text for text in NO_TEXT if max(text.split("{}"), key=len) not in code] == []


def test_an_error_is_told_in_the_language_of_the_page(client: TestClient) -> None:
    page = client.get("/c/none", headers={"accept": "text/html", "accept-language": "de"})
    assert page.status_code == 404
    assert "<h1>Das gibt es hier nicht</h1>" in page.text
    assert "Diese Unterhaltung gibt es nicht; vielleicht wurde sie gelöscht." in page.text


def test_a_problem_is_told_to_scripts_of_the_page_in_its_language_and_to_programs_in_english(
    client: TestClient,
) -> None:
    german = {"accept": "application/json", "accept-language": "de"}
    assert (
        client.get("/c/none", headers=german).json()["detail"].startswith("Diese Unterhaltung gibt es nicht")
    )
    assert (
        client.get("/api/v1/documents/none", headers=german)
        .json()["detail"]
        .startswith("There is no document")
    )


def test_an_error_within_a_stream_is_told_in_the_language_of_the_page(
    client: TestClient, services: Services, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Question) -> Iterator[AnswerEvent]:
        yield PassagesFound(passages=())
        raise RetryableError("The database is busy. Try again in a moment.")

    monkeypatch.setattr(services.answerer, "stream", broken)
    headers = {"accept": "text/event-stream", "accept-language": "de"}
    body = client.post("/ask", data={"csrf": token, "question": "What?"}, headers=headers).text
    wrong = json.loads(body.rpartition("data: ")[2])
    assert (wrong["title"], wrong["detail"]) == (
        "Später kann es gelingen",
        "Die Datenbank ist beschäftigt. Versuchen Sie es gleich noch einmal.",
    )
