"""The JSON API: the services of the pages, for programs, in the shapes of the command line's `--json`."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, File, Form, Header, Query, Request, UploadFile
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from ingest.intake import DEFAULT_COLLECTION
from rag.errors import TooLarge
from rag.events import AnswerDone, AnswerEvent, Drafted, PassagesFound, Queued, SentenceChecked
from rag.types import Document, Question, Status, Turn
from web import events, render
from web import library_json as library
from web.deps import MAX_FILES, TheDocument, TheReplies, TheServices, question_text, storable, stored_page
from web.idempotency import HEADER, Reply
from web.narrowing import scope
from web.security import CLIENT_HEADER
from web.uploads import Upload, fingerprint, receive

TURNS = 50  # earlier turns that a question may bring

Client = Annotated[str, Header(alias=CLIENT_HEADER, description="Any value: it tells programs from forms.")]

Key = Annotated[
    str | None,
    Header(alias=HEADER, max_length=255, description="One for each upload: a retry gets the first answer."),
]

router = APIRouter(prefix="/api/v1")


class EarlierTurn(BaseModel):
    """A question that was asked before, and its answer."""

    model_config = ConfigDict(extra="forbid")

    question: str
    answer: str


class Where(BaseModel):
    """Which documents to look in."""

    model_config = ConfigDict(extra="forbid")

    collections: list[str] = Field(default=[], description="Names; none looks everywhere.")
    sources: list[str] = Field(default=[], description="Patterns of sources, such as policies/*.")
    types: list[str] = Field(default=[], description="Such as pdf and docx.")
    since: str | None = Field(
        default=None, description="A day; documents that came or changed on it or later."
    )
    until: str | None = Field(default=None, description="A day; on it or earlier.")


class SearchRequest(Where):
    """What to look for, and where."""

    question: str
    top: int = Field(default=10, ge=1, le=100, description="The most hits wanted.")


class AskRequest(Where):
    """What to answer, from where, and what was said before."""

    question: str
    history: list[EarlierTurn] = Field(default=[], max_length=TURNS, description="Oldest first.")


class DocumentsJson(TypedDict):
    """A page of the list of documents, and how many there are."""

    documents: list[render.DocumentJson]
    total: int


class RefusedJson(TypedDict):
    """A file that was not taken in."""

    source: str
    stage: str
    reason: str


class UploadedJson(TypedDict):
    """What was taken in, to be read in the background, and what was not."""

    documents: list[render.DocumentJson]
    failed: list[RefusedJson]


class SourcesJson(TypedDict):
    """Every source that is kept in step."""

    sources: list[library.SourceJson]


class VoiceRequest(BaseModel):
    """How written answers from a collection are to speak."""

    voice: str = Field(description="Tone, name, language, what to avoid; empty for FOOTNOTE_VOICE.")


class VoiceJson(TypedDict):
    """How written answers from a collection speak."""

    name: str
    voice: str


class CollectionsJson(TypedDict):
    """Every collection."""

    collections: list[render.CollectionJson]


@router.post("/search", response_model=render.SearchJson)
def search(services: TheServices, asked: SearchRequest) -> JSONResponse:
    """Find passages for a question."""
    question = _question(services, asked.question, asked)
    began = services.clock.monotonic()
    passages = services.retriever.retrieve(question, asked.top)
    ms = (services.clock.monotonic() - began) * 1000
    return JSONResponse(render.search_json(question.text, passages, ms))


@router.post("/ask", response_model=render.AnswerJson)
def ask(request: Request, services: TheServices, asked: AskRequest) -> Response:
    """Answer a question; with `Accept: text/event-stream` it streams: passages, queued, draft, sentence and done."""
    question = _question(services, asked.question, asked, asked.history)
    if events.wanted(request):
        return events.stream(_event(happened) for happened in services.answerer.stream(question))
    return JSONResponse(render.answer_json(services.answerer.answer(question)))


@router.get("/collections", response_model=CollectionsJson)
def collections(services: TheServices) -> JSONResponse:
    """List the collections."""
    counted = Counter(document.collection for document in services.store.documents())
    listed = [render.collection_json(c, counted[c.name]) for c in services.store.collections()]
    return JSONResponse({"collections": listed})


@router.patch("/collections/{name}", response_model=VoiceJson)
def speak(services: TheServices, name: str, given: VoiceRequest) -> JSONResponse:
    """Have written answers from a collection speak in a voice of its own; empty for the general one."""
    services.voices.give(storable(name), given.voice)
    return JSONResponse({"name": name, "voice": services.voices.about(storable(name))})


@router.get("/documents", response_model=DocumentsJson)
def documents(
    services: TheServices,
    collection: str | None = None,
    status: Status | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> JSONResponse:
    """List documents, by collection and source."""
    found = services.store.documents(collection=storable(collection) if collection else None, status=status)
    stages = _stages(services)
    listed = [render.document_json(d, stages.get(d.id)) for d in found[offset : offset + limit]]
    return JSONResponse({"documents": listed, "total": len(found)})


@router.get("/sources", response_model=SourcesJson)
def sources(services: TheServices) -> JSONResponse:
    """List the sources that are kept in step, and what their latest syncs reported."""
    return JSONResponse({"sources": [library.source_json(each) for each in services.register.all()]})


@router.post("/documents", response_model=UploadedJson, status_code=202)
def upload(
    services: TheServices,
    replies: TheReplies,
    file: Annotated[list[UploadFile], File(description="The files.")],
    _: Client,
    collection: Annotated[str, Form()] = DEFAULT_COLLECTION,
    key: Key = None,
) -> JSONResponse:
    """Take files in, to be read in the background; under a known name a file becomes the new version."""
    if len(file) > MAX_FILES:
        raise TooLarge(f"{MAX_FILES} files are the most in one request; {len(file)} came. Send fewer.")
    take = partial(_take, services, file, storable(collection))
    reply = replies.once(key, fingerprint(file, collection), take) if key else take()
    return JSONResponse(reply.body, reply.status)


@router.get("/documents/{document_id}", response_model=library.DetailJson)
def document(services: TheServices, document: TheDocument) -> JSONResponse:
    """One document: how far reading it has come, its receipt and its places."""
    return JSONResponse(_detail(services, document))


@router.post("/documents/{document_id}/release", response_model=library.DetailJson, status_code=202)
def release(services: TheServices, document: TheDocument, _: Client) -> JSONResponse:
    """Read a document again in the background, overruling what the screening said of it."""
    return JSONResponse(_detail(services, services.intake.reread(document.id, release=True)), 202)


@router.post("/documents/{document_id}/reread", response_model=library.DetailJson, status_code=202)
def reread(services: TheServices, document: TheDocument, _: Client) -> JSONResponse:
    """Read the latest original of a document again in the background."""
    return JSONResponse(_detail(services, services.intake.reread(document.id)), 202)


@router.post("/documents/{document_id}/cancel", response_model=library.DetailJson)
def cancel(services: TheServices, document: TheDocument, _: Client) -> JSONResponse:
    """Give up reading a document; a version that was published before goes on answering."""
    return JSONResponse(_detail(services, services.intake.cancel(document.id)))


@router.delete("/documents/{document_id}", status_code=204)
def delete(services: TheServices, document: TheDocument) -> Response:
    """Remove a document and everything that was read from it."""
    services.intake.delete(document.id)
    return Response(status_code=204)


@router.get("/documents/{document_id}/pages/{number}", response_model=render.PageJson)
def page(services: TheServices, document: TheDocument, number: int) -> JSONResponse:
    """A stored page: the text in which offsets count."""
    return JSONResponse(render.page_json(document, stored_page(services, document, number)))


def _take(services: TheServices, files: list[UploadFile], collection: str) -> Reply:
    done = [receive(services, one, collection) for one in files]
    taken = [render.document_json(one.received.document) for one in done if one.received]
    refused = [_refused(one) for one in done if not one.received]
    lasting = not any(one.passing for one in done)
    return Reply(status=202 if taken else 422, body={"documents": taken, "failed": refused}, lasting=lasting)


def _question(services: TheServices, raw: str, where: Where, history: Sequence[EarlierTurn] = ()) -> Question:
    return Question(
        text=question_text(raw, services.settings.max_question_chars),
        collections=tuple(storable(name) for name in where.collections),
        scope=scope(
            {"sources": where.sources, "types": where.types, "since": where.since, "until": where.until}
        ),
        history=tuple(
            Turn(question=storable(turn.question), answer=storable(turn.answer)) for turn in history
        ),
    )


def _event(happened: AnswerEvent) -> str:
    match happened:
        case PassagesFound(passages=passages, looked_for=looked_for):
            found = {"hits": render.hits_json(passages), "looked_for": looked_for}
            return events.event("passages", found)
        case Queued(ahead=ahead):
            return events.event("queued", {"ahead": ahead})
        case Drafted(text=text):
            return events.event("draft", {"text": text})
        case SentenceChecked(sentence=sentence):
            return events.event("sentence", render.sentence_json(sentence))
        case AnswerDone(answer=answer):
            return events.event("done", render.answer_json(answer))


def _detail(services: TheServices, document: Document) -> library.DetailJson:
    receipt = services.store.receipts([document.id]).get(document.id)
    places = services.places.of_document(document.id)
    return library.detail_json(document, _stages(services).get(document.id), receipt, places)


def _stages(services: TheServices) -> dict[str, str]:
    return {document_id: job.stage or job.state for document_id, job in services.jobs.active().items()}


def _refused(done: Upload) -> RefusedJson:
    return {"source": done.name, "stage": "receiving", "reason": done.reason}
