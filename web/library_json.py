"""Receipts, places and sources as JSON: the one shape that the command line and the HTTP API share."""

from typing import Any

from typing_extensions import TypedDict

from ingest.sources.register import Options, Source
from rag.places import Place
from rag.receipt import Receipt
from rag.types import Document
from web.render import DocumentJson, document_json


class ReceiptJson(TypedDict):
    """What was made of an original. Lists hold page numbers; `hidden` counts characters by how they were hidden."""

    pages: int
    with_text: int
    ocr: list[int]
    empty: list[int]
    unreadable: list[int]
    hidden: dict[str, int]
    hidden_pages: list[int]
    instructions: list[str]
    uninspected: str
    inspection: str
    released: bool
    tables: int
    chunks: int
    warnings: list[str]
    seconds: dict[str, float]


class PlaceJson(TypedDict):
    """Where a document lies; `trouble` says why it could not be looked at since."""

    origin: str
    name: str
    source_id: int | None
    seen_at: str
    trouble: str | None
    trouble_at: str | None


class DetailJson(DocumentJson):
    """A document with the receipt of its latest reading, null before there is one, and its places."""

    receipt: ReceiptJson | None
    places: list[PlaceJson]


class OptionsJson(TypedDict):
    """How far a source is looked through."""

    include: list[str]
    exclude: list[str]
    depth: int
    max_pages: int
    delay: float


class SourceJson(TypedDict):
    """A folder or site that is kept in step; `outcome` is what its latest sync reported."""

    id: int
    name: str
    kind: str
    location: str
    collection: str
    options: OptionsJson
    synced_at: str | None
    outcome: dict[str, Any] | None


def detail_json(
    document: Document, stage: str | None, receipt: Receipt | None, places: list[Place]
) -> DetailJson:
    """All that is known of a document; the stage is that of its job, if it has one."""
    return {
        **document_json(document, stage),
        "receipt": None if receipt is None else receipt_json(receipt),
        "places": [place_json(place) for place in places],
    }


def receipt_json(receipt: Receipt) -> ReceiptJson:
    """A receipt."""
    return {
        "pages": receipt.pages,
        "with_text": receipt.with_text,
        "ocr": list(receipt.ocr),
        "empty": list(receipt.empty),
        "unreadable": list(receipt.unreadable),
        "hidden": dict(receipt.hidden),
        "hidden_pages": list(receipt.hidden_pages),
        "instructions": list(receipt.instructions),
        "uninspected": receipt.uninspected,
        "inspection": receipt.inspection.value,
        "released": receipt.released,
        "tables": receipt.tables,
        "chunks": receipt.chunks,
        "warnings": list(receipt.warnings),
        "seconds": dict(receipt.seconds),
    }


def place_json(place: Place) -> PlaceJson:
    """A place of a document."""
    return {
        "origin": place.origin,
        "name": place.name,
        "source_id": place.source_id,
        "seen_at": place.seen_at.isoformat(),
        "trouble": place.trouble,
        "trouble_at": place.trouble_at.isoformat() if place.trouble_at else None,
    }


def source_json(source: Source) -> SourceJson:
    """A registered source."""
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind.value,
        "location": source.location,
        "collection": source.collection,
        "options": _options(source.options),
        "synced_at": source.synced_at.isoformat() if source.synced_at else None,
        "outcome": source.outcome,
    }


def _options(options: Options) -> OptionsJson:
    return {
        "include": list(options.include),
        "exclude": list(options.exclude),
        "depth": options.depth,
        "max_pages": options.max_pages,
        "delay": options.delay,
    }
