"""Whatever stands in a question, a file's name or a document is text on our pages, never markup."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from ingest.intake import Arrival, Received
from ingest.listing import Counts
from ingest.removal import Removal
from ingest.shelves import Shelf
from ingest.sources.register import Kind, Source
from rag.conversations import Conversation, Hit
from rag.places import Mark, Place
from rag.receipt import Receipt
from rag.types import Answer, Block, BlockKind, Document, MediaType, Page, Status, Support
from tests.unit.web.conftest import Add
from tests.unit.web.markup import skeleton, text
from tests.unit.web.test_render import ANSWER, CITATION, DOCUMENT, PASSAGE
from web.chat.under_way import Writing
from web.csrf import Csrf
from web.documents import Row
from web.library.asked import Asked
from web.library.sources import KINDS, Kept
from web.pages import Pages
from web.reading.about import About, about
from web.reading.find import find
from web.reading.shown import Found, Quoted, quoted, searched
from web.reading.view import view
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
    known = {"conversation": "c", "versions": (answer.id, "b" * 32)}
    return PAGES.render("_turn.html", answer=answer, closest=(), golden=golden, **known) + PAGES.render(
        "_turn.html", answer=declined, closest=(passage,), golden=frozenset(), **known
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
        writer=hostile + ".",
        asked=Asked(q=hostile, state=hostile, collection=hostile, kind=hostile, did="moved", tied=1, twins=1),
        rows=[Row(document=document, stage=None, hints=(hostile,))],
        found=2,
        counts=Counts(total=1, busy=0, states={}),
        states=[("failed", 1), ("held", 1)],
        progress=hostile,
        now=0,
        page=2,
        last=3,
        uploads=[
            (Upload(name=hostile, received=None, reason=hostile), ""),
            (Upload(name=hostile, received=received), hostile),
        ],
        removals=[Removal(batch="b", documents=2, due_at=NOW)],
        recent=lambda: [SimpleNamespace(id="c", title=hostile, pinned=True)],
        languages=(),
        kinds=list(MediaType),
        collections=[SimpleNamespace(name=hostile)],
        default_collection="default",
        max_bytes=1,
    )


def sources_page(hostile: str) -> str:
    """The page of sources with a hostile one."""
    source = kept(hostile)
    return PAGES.render(
        "library_sources.html",
        csrf="token",
        writer=hostile,
        sources=[Kept(source=source, told=hostile), Kept(source=source, told=hostile, asked=True)],
        kinds=KINDS,
        recent=list,
        languages=(),
        collections=[SimpleNamespace(name=hostile)],
        default_collection="default",
    )


def collections_page(hostile: str) -> str:
    """The page of collections with a hostile one."""
    shelves = [Shelf(id=1, name=hostile, documents=0, size=0, sources=0)]
    return PAGES.render(
        "library_collections.html", csrf="token", writer=hostile, shelves=shelves, recent=list, languages=()
    )


def deleting(hostile: str) -> str:
    """The question before a hostile document is deleted."""
    document = replace(DOCUMENT, title=hostile)
    return PAGES.render("delete.html", csrf="token", document=document)


def kept(hostile: str) -> Source:
    """A source whose last sync failed with hostile words."""
    return Source(
        id=1,
        name=hostile,
        kind=Kind.SITE,
        location=hostile,
        collection=hostile,
        synced_at=NOW,
        outcome={
            "failed": [{"source": hostile, "stage": "reading", "reason": hostile}],
            "trouble": hostile,
        },
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
    return PAGES.render("receipt.html", csrf="token", writer="", shown=shown, recent=list, languages=())


def read(hostile: str) -> str:
    """What was read of a page whose text, label and document are hostile."""
    page = Page(number=1, text=f"a{hostile}", label=hostile, width=100, height=100)
    shown = Read(
        document=replace(DOCUMENT, title=hostile, source=hostile, pages=2),
        page=page,
        view=view(page),
        pictured=True,
        notes=(hostile,),
    )
    return PAGES.render("read.html", csrf="token", read=shown)


def source(hostile: str) -> str:
    """A page whose text is hostile, its quote the middle of it."""
    page = Page(
        number=1,
        text=f"before{hostile}after",
        label=hostile,
        blocks=(Block(start=0, end=11 + len(hostile), kind=BlockKind.CODE),),
    )
    end = 6 + len(hostile)
    document, head = from_everywhere(hostile)
    quote = Quoted(start=6, end=end, text=page.text[6:end], digest="0")
    return PAGES.render("source.html", csrf="token", source=quoted(document, page, head, quote))


def places_found(hostile: str) -> str:
    """The places of a hostile document where hostile words stand."""
    document, head = from_everywhere(hostile)
    hits = replace(find("before", [(1, hostile, f"{hostile} before {hostile}")]), query=hostile)
    shown = Found(document=document, about=head, query=hostile, hits=hits)
    return PAGES.render("found.html", csrf="token", source=shown)


def opened_at_a_hit(hostile: str) -> str:
    """A hostile page opened at a place that was found."""
    page = Page(number=1, text=f"{hostile} before {hostile}", label=hostile)
    document, head = from_everywhere(hostile)
    hits = find("before", [(1, hostile, page.text)])
    return PAGES.render("source.html", csrf="token", source=searched(document, page, head, hits, 1))


def shaped(hostile: str, media_type: MediaType, label: str, *blocks: tuple[BlockKind, str, int]) -> str:
    """A page of these blocks."""
    text, made = "", []
    for kind, words, level in blocks:
        made.append(Block(start=len(text), end=len(text) + len(words), kind=kind, level=level))
        text += f"{words}\n\n"
    page = Page(number=1, text=text, blocks=tuple(made), label=label)
    document, head = from_everywhere(hostile)
    document = replace(document, media_type=media_type)
    return PAGES.render("source.html", csrf="token", source=quoted(document, page, head, Quoted()))


def mail(hostile: str) -> str:
    """A mail whose head is hostile."""
    heads = [(BlockKind.PARAGRAPH, f"{name}: {hostile}", 0) for name in ("From", "To", "Date")]
    return shaped(hostile, MediaType.EML, "Mail", (BlockKind.HEADING, hostile, 1), *heads)


def sheet(hostile: str) -> str:
    """A sheet whose heads and values are hostile, as its parser writes them."""
    plain = hostile.replace(" | ", " ").replace(": ", " ")
    rows = (f"Item | {plain}", f"Item: {plain} | {plain}: {plain}", f"Item: {plain} | {plain}: {plain}")
    return shaped(
        hostile, MediaType.XLSX, hostile, *((BlockKind.ROW, row, n) for n, row in enumerate(rows, 1))
    )


def slide(hostile: str) -> str:
    """A slide with a title, a list, and notes."""
    blocks = (
        (BlockKind.HEADING, hostile, 1),
        (BlockKind.ITEM, f"• {hostile}", 0),
        (BlockKind.HEADING, "Notes", 2),
    )
    return shaped(hostile, MediaType.PPTX, "Slide 1", *blocks, (BlockKind.PARAGRAPH, hostile, 0))


def from_everywhere(hostile: str) -> tuple[Document, About]:
    """A hostile document from hostile places."""
    document = replace(DOCUMENT, title=hostile, source=hostile, collection=hostile, pages=2)
    origins = (f"/{hostile}", f"upload:{hostile}", f"javascript:{hostile}")
    places = [
        Place(
            id=1, origin=origin, name=hostile, document_id="d", source_id=1, sha256="", mark=Mark(), seen_at=NOW,
            trouble=hostile, trouble_at=NOW, status=Status.READY, reason=None,
        )
        for origin in origins
    ]  # fmt: skip
    return document, replace(about(document, places), said="2025")  # whatever date may stand in the title


LIBRARY = [library, sources_page, collections_page, deleting, receipt]


def kept_conversation(hostile: str) -> Conversation:
    return Conversation(
        id="c", title=hostile, pinned=True, collections=(hostile,), created_at=NOW, updated_at=NOW
    )


def chat(hostile: str) -> str:
    """A conversation's page while a question is under way in it."""
    return PAGES.render(
        "chat.html",
        csrf="token",
        writer=hostile + ".",
        conversation="c",
        head=kept_conversation(hostile),
        turns=[],
        pending=[Writing("a" * 32, "c", hostile)],
        earlier=True,
        collections=[SimpleNamespace(name=hostile), SimpleNamespace(name="other")],
        chosen={hostile},
        documents=1,
        limit=200,
        golden=frozenset(),
        suggestions=(),
        recent=lambda: [kept_conversation(hostile)],
        languages=(),
    )


def conversations(hostile: str) -> str:
    """What is found of conversations, what is not, and the questions that come first."""
    hit = Hit(conversation=kept_conversation(hostile), turn="a" * 32, question=f"{hostile}?")
    frame = {"csrf": "token", "writer": "", "recent": list, "languages": (), "query": hostile}
    there = PAGES.render("conversations.html", hits=[hit], total=60, page=1, last=2, **frame)
    nothing = PAGES.render("conversations.html", hits=[], total=0, page=1, last=1, **frame)
    return there + nothing + PAGES.render("_suggestions.html", suggestions=(hostile,))


def asked_first(hostile: str) -> str:
    """The pages that ask before a conversation is changed."""
    head = kept_conversation(hostile)
    question = replace(ANSWER.question, text=hostile, collections=(hostile,))
    answer = replace(ANSWER, question=question)
    pages = [PAGES.render(f"chat_{name}.html", csrf="token", head=head) for name in ("rename", "delete")]
    edit = PAGES.render("chat_edit.html", csrf="token", conversation="c", answer=answer, limit=200)
    return "".join([*pages, edit])


CHAT = [turn, chat, conversations, asked_first]
SOURCES = [source, places_found, opened_at_a_hit, mail, sheet, slide]


@pytest.mark.parametrize("rendered", [*CHAT, *LIBRARY, *SOURCES, read])
def test_the_markup_of_a_page_does_not_depend_on_its_texts(rendered) -> None:
    expected = skeleton(rendered(HARMLESS))
    for hostile in OURS:
        html = rendered(hostile)
        assert skeleton(html) == expected, hostile
        assert " ".join(hostile.replace("\0", "").split()) in text(html).replace("\0", ""), hostile


@pytest.mark.parametrize("rendered", [*CHAT, *LIBRARY, *SOURCES, read])
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
        source = f"/source/{document.id}"
        seen = (f"{source}/1", f"{source}/search?{urlencode({'q': hostile})}", f"{source}/1?q=says")
        lists = ("/documents", f"/documents?{urlencode({'q': hostile, 'collection': hostile})}")
        reports = ("/overview", "/gaps?state=all")
        chats = ("/conversations", f"/conversations?{urlencode({'q': hostile})}")
        settings = [
            f"/settings{page}" for page in ("", "/models", "/voice", "/sources", "/doctor", "/backup")
        ]
        pages = ("/documents/collections", *settings, receipt, f"{receipt}/read/1")
        paths = ("/", *chats, *reports, *lists, *seen, *pages)
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
