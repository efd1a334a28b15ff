"""`footnote ask` and `footnote search`: questions, one or many."""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.parsers.text import storable
from rag.errors import FootnoteError, TooLarge, UsageError
from rag.scope import Scope
from rag.types import Answer, Outcome, Question, Turn
from web.commands.common import (
    Collections,
    Home,
    Json,
    Since,
    Sources,
    Types,
    Until,
    print_json,
    reports_errors,
    services,
    visible,
)
from web.conversation import turns
from web.narrowing import Narrowing, scope

if TYPE_CHECKING:
    from web.wiring import Services

Text = Annotated[str | None, typer.Argument(metavar="QUESTION", help="What you want to know.")]
Queries = Annotated[
    Path | None,
    typer.Option(
        "--queries", help="A JSON Lines file of {id, question, history?}; prints one JSON object a line."
    ),
]
After = Annotated[
    list[str] | None,
    typer.Option("--after", metavar="QUESTION", help="What was asked before, oldest first; repeatable."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Query:
    """A question as it was given, not yet looked at."""

    id: Any
    text: str
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Where:
    """Which documents are asked."""

    collections: tuple[str, ...]
    scope: Scope


@reports_errors
def ask(
    question: Text = None,
    queries: Queries = None,
    after: After = None,
    collection: Collections = None,
    source: Sources = None,
    type_: Types = None,
    since: Since = None,
    until: Until = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Answer a question from the documents, each sentence with its footnote."""
    from web.render import answer_json

    where = _Where(collections=tuple(collection or ()), scope=scope(_said(source, type_, since, until)))

    def run(opened: "Services", query: _Query) -> tuple[Answer, Mapping[str, Any]]:
        answer = opened.answerer.answer(_question(opened, query, where))
        return answer, answer_json(answer)

    def failed(query: _Query, error: FootnoteError) -> Mapping[str, Any]:
        return answer_json(_unanswered(query.text, error))

    asked = _asked(question, queries, after)
    _each(asked, queries is not None, home, as_json, run, failed, _answer_lines)


@reports_errors
def search(
    question: Text = None,
    queries: Queries = None,
    after: After = None,
    top: Annotated[int, typer.Option(min=1, max=1000, help="How many passages to show.")] = 10,
    collection: Collections = None,
    source: Sources = None,
    type_: Types = None,
    since: Since = None,
    until: Until = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Show the passages that fit a question best, without answering it."""
    from rag.rewrite import standing
    from web.render import search_json

    where = _Where(collections=tuple(collection or ()), scope=scope(_said(source, type_, since, until)))

    def run(opened: "Services", query: _Query) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        began = time.perf_counter()
        asked = standing(_question(opened, query, where), opened.rewriter)
        passages = opened.retriever.retrieve(asked, top)
        looked_for = asked.text if asked.text != query.text else ""
        found = search_json(query.text, passages, (time.perf_counter() - began) * 1000, looked_for)
        return found, found

    def failed(query: _Query, error: FootnoteError) -> Mapping[str, Any]:
        return {**search_json(query.text, (), 0.0), "error": str(error)}

    asked = _asked(question, queries, after)
    _each(asked, queries is not None, home, as_json, run, failed, _hit_lines)


def _asked(question: str | None, queries: Path | None, after: list[str] | None) -> list[_Query]:
    if queries is not None and question is None and not after:
        return list(_read_queries(queries))
    if question is None or queries is not None:
        raise UsageError(
            "Give either a question, with --after where it follows others, or --queries FILE.jsonl."
        )
    history = tuple(Turn(question=storable(text), answer="") for text in after or ())
    return [_Query(id=None, text=storable(question), history=history)]


def _each(
    asked: list[_Query],
    batch: bool,
    home: Path | None,
    as_json: bool,
    run: Callable[["Services", _Query], tuple[Any, Mapping[str, Any]]],
    failed: Callable[[_Query, FootnoteError], Mapping[str, Any]],
    lines: Callable[[Any], Iterator[str]],
) -> None:
    with services(home, warm=True) as opened:
        if batch:
            raise typer.Exit(_run_batch(opened, asked, run, failed))
        result, as_dict = run(opened, asked[0])
        if as_json:
            print_json(as_dict)
        else:
            typer.echo("\n".join(lines(result)))


def _run_batch(
    opened: "Services",
    asked: list[_Query],
    run: Callable[["Services", _Query], tuple[Any, Mapping[str, Any]]],
    failed: Callable[[_Query, FootnoteError], Mapping[str, Any]],
) -> int:
    """One line for each question; one that cannot be asked keeps no other from being answered."""
    failures = 0
    for query in asked:
        try:
            _, found = run(opened, query)
        except FootnoteError as error:
            found = failed(query, error)
            failures += 1
        print_json({**found, "id": query.id})
    if not failures:
        return 0
    return 3 if failures < len(asked) else 1


def _unanswered(text: str, error: FootnoteError) -> Answer:
    return Answer(
        id=uuid.uuid4().hex,
        question=Question(text=text),
        outcome=Outcome.ERROR,
        sentences=(),
        passages=(),
        confidence=0.0,
        generator="quotes",
        ms={"retrieve": 0.0, "generate": 0.0, "total": 0.0},
        notice=str(error),
    )


def _read_queries(path: Path) -> Iterator[_Query]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # other line ends may stand inside a question
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name} cannot be read: {error}.") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            query = json.loads(line)
            text, history = storable(str(query["question"])), turns(query.get("history"))
            yield _Query(id=query.get("id", str(number)), text=text, history=history)
        except (ValueError, KeyError, AttributeError, TypeError):
            raise UsageError(
                f"{path.name}, line {number}: expected a JSON object with a question, and where it has a history,"
                " a list of pairs of role and text."
            ) from None


def _said(
    sources: list[str] | None, types: list[str] | None, since: str | None, until: str | None
) -> Narrowing:
    return {"sources": sources or [], "types": types or [], "since": since, "until": until}


def _question(opened: "Services", query: _Query, where: _Where) -> Question:
    if not query.text.strip():
        raise UsageError("The question is empty. Ask something.")
    limit = opened.settings.max_question_chars
    if len(query.text) > limit:
        raise TooLarge(
            f"The question is longer than {limit} characters. Shorten it, or raise FOOTNOTE_MAX_QUESTION_CHARS."
        )
    return Question(text=query.text, collections=where.collections, scope=where.scope, history=query.history)


def _answer_lines(answer: Answer) -> Iterator[str]:
    if answer.looked_for:
        yield visible(f"Looked for: {answer.looked_for}\n")
    yield visible(answer.text) if answer.sentences else answer.notice
    if answer.sentences:
        yield ""
    for citation in (c for sentence in answer.sentences for c in sentence.citations):
        place = f", {citation.place}" if citation.place else ""
        yield visible(f"[{citation.marker}] {citation.document.title} ({citation.document.source}{place}):")
        yield visible(f'    "{" ".join(citation.quote.split())}"')
    if not answer.sentences:
        for passage in answer.passages[:3]:
            place = passage.place(passage.chunk.start)
            where = f"{passage.document.source}, {place}" if place else passage.document.source
            yield visible(f"  - {passage.document.title} ({where})")
    yield f"\nconfidence {answer.confidence:.2f}, {answer.ms['total']:.0f} ms, written by {answer.generator}"


def _hit_lines(found: Mapping[str, Any]) -> Iterator[str]:
    if found["looked_for"]:
        yield visible(f"Looked for: {found['looked_for']}\n")
    if not found["hits"]:
        yield "Nothing was found."
    for hit in found["hits"]:
        page = f", page {hit['page']}" if hit["page"] else ""
        yield visible(f"{hit['rank']:>2}. {hit['title']} ({hit['source']}{page})  {hit['score']:.3f}")
        yield visible(f"    {' '.join(hit['text'].split())[:300]}")
