"""How long the server needs for each page, with a library and a history of some size.

    python tests/benchmarks/pages.py [--documents 10000] [--conversations 1000] [--runs 40] [--database-url URL]

Fills a throw-away home through the store and the history: documents of one page with vectors of no model, some that
wait, failed or were deleted a moment ago, and conversations of three turns. Then asks for every page in this process,
so that what is measured is the server's own time: routes, SQL, templates, middleware. Prints medians and 95th
percentiles in milliseconds. A PostgreSQL database must be empty. New pages go into PATHS.
"""

import argparse
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import update
from starlette.testclient import TestClient

from rag.estimate import percentile
from rag.places import Mark
from rag.receipt import Receipt
from rag.settings import Settings
from rag.tables import documents
from rag.types import (
    Answer,
    Chunk,
    Citation,
    Document,
    MediaType,
    Outcome,
    Page,
    Parsed,
    Question,
    Sentence,
    Status,
    Support,
)
from rag.version import Version
from tests.fakes import FakeEmbedder
from web.app import create_app
from web.wiring import Services, open_services

PATHS = (  # of pages, with {document}, {conversation} and {shelf} of the middle of the home
    "/",
    "/c/{conversation}",
    "/conversations",
    "/conversations?q=canteen",
    "/documents",
    "/documents?page=100",
    "/documents?sort=name",
    "/documents?sort=size&page=50",
    "/documents?sort=state",
    "/documents?q=report+42",
    "/documents?q=nothing+of+that+kind",
    "/documents?state=ready",
    "/documents?state=busy",
    "/documents?collection=shelf+3&kind=text/markdown",
    "/documents?since=1700000000&coming=5",
    "/documents/sources",
    "/documents/collections",
    "/documents/{document}",
    "/documents/{document}/delete",
    "/documents/{document}/read/1",
    "/source/{document}/1",
    "/source/{document}/search?q=canteen",
    "/overview",
    "/gaps",
    "/settings",
    "/settings/models",
    "/settings/voice",
    "/settings/sources",
    "/settings/storage",
    "/settings/doctor",
    "/settings/people",
)
SHELVES = 8
BATCH = 200  # documents in a transaction
WORDS = "canteen leave travel pump warranty invoice budget safety report minutes policy manual".split()
KINDS = (MediaType.TEXT, MediaType.MARKDOWN, MediaType.PDF, MediaType.DOCX)
SEED = 3


@dataclass(frozen=True, slots=True)
class Filled:
    """What is asked for."""

    document: str
    conversation: str


def main() -> None:
    """Print one row a page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--conversations", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--database-url")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        at = {"database_url": given.database_url} if given.database_url else {}
        settings = Settings(home=Path(folder), **at)
        services = open_services(settings, FakeEmbedder())
        try:
            began = time.perf_counter()
            filled = fill(services, given.documents, given.conversations)
            print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)
            report(services, filled, given.runs)
        finally:
            services.close()


def fill(services: Services, many: int, conversations: int) -> Filled:
    """Documents and conversations; the one in the middle of each."""
    rng = random.Random(SEED)
    known = [
        each
        for first in range(0, many, BATCH)
        for each in shelve(services, rng, first, min(BATCH, many - first))
    ]
    unsettle(services, known)
    services.removals.mark(known[:: max(200, many // 50)])
    standing = [services.store.document(each) for each in known[1 : min(150, many)]]
    begun = [converse(services, rng, standing) for _ in range(conversations)]
    return Filled(known[many // 2 + 1], begun[len(begun) // 2])


def shelve(services: Services, rng: random.Random, first: int, count: int) -> Iterator[str]:
    """Published documents, each in a place of its own."""
    with services.database.writing() as connection:
        for n in range(first, first + count):
            shelf = services.store.collection(connection, f"shelf {n % SHELVES}")
            made = version(services, rng, n)
            name = f"folder {n % 97}/{rng.choice(WORDS)} {n}.txt"
            known = services.store.add(connection, shelf, source=name, sha256=made.sha256, size=made.size)
            services.places.put(
                connection, None, collection_id=shelf, origin=f"upload:{name}", name=name, document_id=known,
                sha256=made.sha256, mark=Mark(size=made.size), source_id=None,
            )  # fmt: skip
            services.store.publish(connection, known, made)
            yield known


def version(services: Services, rng: random.Random, n: int) -> Version:
    """A page of some words, a chunk and a vector of its own."""
    text = " ".join(rng.choices(WORDS, k=60))
    receipt = Receipt(pages=1, with_text=1, chunks=1, seconds={"parsing": 0.1, "embedding": 0.2})
    if n % 10 == 0:
        receipt = replace(receipt, unreadable=(1,), warnings=("One page could not be read.",))
    return Version(
        sha256=f"{n:064x}",
        size=rng.randrange(1_000, 5_000_000),
        parsed=Parsed(
            title=f"Report {n} of {rng.choice(WORDS)}",
            media_type=rng.choice(KINDS),
            pages=(Page(number=1, text=text),),
        ),
        chunks=(Chunk(page=1, start=0, end=len(text), text=text),),
        vectors=services.embedder.embed([text]),
        fingerprint=services.embedder.fingerprint,
        receipt=receipt,
    )


def unsettle(services: Services, known: list[str]) -> None:
    """Some fail, and some wait to be read."""
    with services.database.writing() as connection:
        failed = update(documents).where(documents.c.id.in_(known[5:500:5]))
        connection.execute(failed.values(status=Status.FAILED, reason="It is damaged. Save it again."))
        for each in known[7:700:7]:
            services.jobs.add(connection, each, "0" * 64, 1)


def converse(services: Services, rng: random.Random, standing: list[Document]) -> str:
    """A conversation of three turns. Returns its id."""
    conversation = None
    for turn in range(3):
        question = f"What does the {rng.choice(WORDS)} say of the {rng.choice(WORDS)} in {turn}?"
        conversation = services.history.save(answer(services, question, rng.choice(standing)), conversation)
    assert conversation is not None
    return conversation


def answer(services: Services, question: str, document: Document) -> Answer:
    """One that quotes the beginning of a document."""
    quote = services.store.page(document.id, 1).text[:40]
    citation = Citation(marker=1, document=document, page=1, start=0, end=40, quote=quote)
    sentence = Sentence(text=quote, citations=(citation,), support=Support.SUPPORTED)
    return Answer(
        id=uuid.uuid4().hex,
        question=Question(text=question),
        outcome=Outcome.ANSWERED,
        sentences=(sentence,),
        passages=(),
        confidence=0.8,
        generator="quotes",
        ms={"total": 40.0},
    )


def report(services: Services, filled: Filled, runs: int) -> None:
    """Ask for every page so often, one after the other, and print how long each took."""
    app = create_app(services, work=False)
    named = {"document": filled.document, "conversation": filled.conversation}
    with TestClient(app, base_url="http://127.0.0.1:8000", headers={"accept": "text/html"}) as client:
        print("| page | status | KB | p50, ms | p95, ms |\n| --- | --- | --- | --- | --- |")
        for path in PATHS:
            address = path.format_map(named)
            first = client.get(address)
            spent = [timed(client, address) for _ in range(runs)]
            p50, p95 = statistics.median(spent), percentile(spent, 95)
            size = len(first.content) / 1024
            print(f"| `{path}` | {first.status_code} | {size:.0f} | {p50:.0f} | {p95:.0f} |", flush=True)


def timed(client: TestClient, address: str) -> float:
    """Milliseconds for a page."""
    began = time.perf_counter()
    client.get(address)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
