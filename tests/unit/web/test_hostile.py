"""Whatever stands in a question, a file's name or a document is text on our pages, never markup."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from ingest.intake import Arrival, Received
from ingest.sources.register import Kind, Source
from rag.places import Mark, Place
from rag.receipt import Receipt
from rag.types import Answer, Block, BlockKind, Document, Page, Status, Support
from tests.unit.web.conftest import Add
from tests.unit.web.markup import skeleton, text
from tests.unit.web.test_render import ANSWER, CITATION, DOCUMENT, PASSAGE
from web.csrf import Csrf
from web.documents import Row
from web.page_view import view
from web.pages import Pages
from web.receipts import Read, Shown
from web.uploads import Upload

OURS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)" x="',
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</template><b>out</b>",
    "<!-- --!><b>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "&lt;b&gt; &amp;amp;",
    "<mark id=quote>",
    "\u2028\u2029\u202e\u0000",
    "<plaintext>",
    "]]><b>",
    "`${alert(1)}`",
]
DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "hostile"
HARMLESS = "harmless"
PAGES = Pages(Csrf())
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def theirs() -> list[str]:
    if not DATA.is_dir():
        pytest.skip(f"no hostile strings beside the project: {DATA.name}/ is absent")
    files = ("markup.json", "naughty_strings.json")
    return [line for name in files for line in json.loads((DATA / name).read_text("utf-8")) if line]


def turn(hostile: str) -> str:
    """An answer in which every text is hostile."""
    document = replace(DOCUMENT, title=hostile, source=hostile, collection=hostile)
    citation = replace(CITATION, document=document, quote=hostile)
    other = replace(citation, marker=2)
    sentence = replace(
        ANSWER.sentences[0],
        text=hostile,
        citations=(citation, other),
        support=Support.PARTLY,
        reasons=(hostile,),
    )
    question = replace(ANSWER.question, text=hostile)
    answer: Answer = replace(
        ANSWER,
        question=question,
        sentences=(sentence,),
        notice=hostile,
        looked_for=hostile,
        conflicts=((1, 2),),
    )
    passage = replace(PASSAGE, document=document, chunk=replace(PASSAGE.chunk, text=hostile))
    declined = replace(answer, sentences=())
    golden = frozenset({answer.id})
    return PAGES.render("_turn.html", answer=answer, closest=(), golden=golden) + PAGES.render(
        "_turn.html", answer=declined, closest=(passage,), golden=frozenset()
    )


def library(hostile: str) -> str:
    """The documents page with a hostile document, filter, upload and conversation."""
    document: Document = replace(
        DOCUMENT, title=hostile, source=hostile + ".", collection=hostile, reason=hostile
    )
    received = Received(document=document, arrival=Arrival.SAME, waits=False)
    return PAGES.render(
        "documents.html",
        csrf="token",
        rows=[Row(document=document, stage=None, hints=(hostile,))],
        found=1,
        total=1,
        busy=0,
        states=[("failed", 1), ("held", 1)],
        progress=hostile,
        now=0,
        since=None,
        state=hostile,
        query=hostile,
        page=2,
        last=3,
        uploads=[
            (Upload(name=hostile, received=None, reason=hostile), ""),
            (Upload(name=hostile, received=received), hostile),
        ],
        sources=[(kept(hostile), hostile)],
        conversations=[SimpleNamespace(id="c", title=hostile)],
        collections=[SimpleNamespace(name=hostile)],
        default_collection="default",
        max_bytes=1,
    )


def kept(hostile: str) -> Source:
    """A source whose last sync failed with hostile words."""
    return Source(
        id=1,
        name=hostile,
        kind=Kind.SITE,
        location=hostile,
        collection=hostile,
        synced_at=NOW,
        outcome={"failed": [{"source": hostile, "stage": "reading", "reason": hostile}]},
    )


def receipt(hostile: str) -> str:
    """The receipt of a hostile document."""
    place = Place(
        id=1, origin=hostile, name=hostile, document_id="d", source_id=1, sha256="", mark=Mark(), seen_at=NOW,
        trouble=hostile, trouble_at=NOW, status=Status.READY, reason=None,
    )  # fmt: skip
    found = Receipt(
        pages=3,
        hidden={hostile: 3},
        hidden_pages=(1,),
        instructions=(hostile,),
        uninspected=hostile,
        warnings=(hostile,),
        unreadable=(1, 2),
        seconds={"parsing": 1.0},
    )
    document = replace(DOCUMENT, title=hostile, source=hostile, collection=hostile, reason=hostile)
    shown = Shown(document=document, receipt=found, places=[place], stage=None, parked=True)
    return PAGES.render("receipt.html", csrf="token", shown=shown, conversations=[])


def read(hostile: str) -> str:
    """What was read of a page whose text, label and document are hostile."""
    page = Page(number=1, text=f"a{hostile}", label=hostile, width=100, height=100)
    shown = Read(
        document=replace(DOCUMENT, title=hostile, source=hostile, pages=2),
        page=page,
        view=view(page, 0, 0),
        pictured=True,
        notes=(hostile,),
    )
    return PAGES.render("read.html", csrf="token", read=shown)


def source(hostile: str) -> str:
    """A page whose text is hostile, its quote the middle of it."""
    page = Page(
        number=1,
        text=f"before{hostile}after",
        blocks=(Block(start=0, end=11 + len(hostile), kind=BlockKind.CODE),),
    )
    end = 6 + len(hostile)
    shown = SimpleNamespace(
        document=replace(DOCUMENT, title=hostile, source=hostile),
        page=page,
        view=view(page, 6, end),
        pictured=False,
        rects=(),
        quote=page.text[6:end],
        changed=False,
        query="",
    )
    return PAGES.render("source.html", csrf="token", source=shown)


@pytest.mark.parametrize("rendered", [turn, library, source, receipt, read])
def test_the_markup_of_a_page_does_not_depend_on_its_texts(rendered) -> None:
    expected = skeleton(rendered(HARMLESS))
    for hostile in OURS:
        html = rendered(hostile)
        assert skeleton(html) == expected, hostile
        assert " ".join(hostile.replace("\0", "").split()) in text(html).replace("\0", ""), hostile


@pytest.mark.parametrize("rendered", [turn, library, source, receipt, read])
def test_the_markup_of_a_page_does_not_depend_on_texts_collected_by_others(rendered) -> None:
    expected = skeleton(rendered(HARMLESS))
    assert [hostile for hostile in theirs() if skeleton(rendered(hostile)) != expected] == []


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1))
def test_no_text_at_all_changes_the_markup(hostile: str) -> None:
    assert skeleton(turn(hostile)) == skeleton(turn(HARMLESS))


def test_hostile_texts_pass_through_every_door_and_come_out_as_text(
    client: TestClient, add: Add, token: str
) -> None:
    expected = None
    for n, raw in enumerate([HARMLESS, *OURS]):
        hostile = raw.replace("\0", "")  # a file with a NUL in it is no text
        document = add(f"{n}{hostile}.md", f"# {hostile}\n\nIt says {hostile} here.")
        asked = client.post("/ask", data={"csrf": token, "question": f"What is {hostile}?"})
        assert asked.status_code == 303, hostile
        receipt = f"/documents/{document.id}"
        paths = ("/", "/documents", f"/source/{document.id}/1", receipt, f"{receipt}/read/1")
        for path in (asked.headers["location"], *paths):
            page = client.get(path)
            assert page.status_code == 200, (path, hostile)
            found = {(tag, *names) for tag, names in skeleton(page.text)}
            assert [tag for tag, *_ in found if tag == "script"] == ["script"], (path, hostile)
            assert not [name for each in found for name in each[1:] if name.startswith("on")], (path, hostile)
        deleting = skeleton(client.get(f"/documents/{document.id}/delete").text)
        expected = expected or deleting
        assert deleting == expected, hostile


def test_hostile_texts_of_others_are_asked_and_uploaded(client: TestClient, add: Add, token: str) -> None:
    for hostile in random.Random(1).sample(theirs(), 15):
        add(f"{hostile[:40]}.txt", hostile)
        asked = client.post("/ask", data={"csrf": token, "question": hostile[:200]})
        assert asked.status_code in (303, 422), hostile
        if asked.status_code == 303:
            page = client.get(asked.headers["location"])
            found = skeleton(page.text)
            assert [tag for tag, _ in found].count("script") == 1, hostile
            assert not [name for _, names in found for name in names if name.startswith("on")], hostile
