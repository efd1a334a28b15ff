"""`footnote ask` and `footnote search`: questions, one or many."""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.parsers.text import storable
from rag.errors import FootnoteError, TooLarge, UsageError
from rag.types import Answer, Outcome, Question
from web.commands.common import Collections, Home, Json, print_json, reports_errors, services, visible

if TYPE_CHECKING:
    from web.wiring import Services

Text = Annotated[str | None, typer.Argument(metavar="QUESTION", help="What you want to know.")]
Queries = Annotated[
    Path | None,
    typer.Option("--queries", help="A JSON Lines file of {id, question}; prints one JSON object a line."),
]


@reports_errors
def ask(
    question: Text = None,
    queries: Queries = None,
    collection: Collections = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Answer a question from the documents, each sentence with its footnote."""
    from web.render import answer_json

    def run(opened: "Services", text: str) -> tuple[Answer, Mapping[str, Any]]:
        answer = opened.answerer.answer(_question(opened, text, collection))
        return answer, answer_json(answer)

    def failed(text: str, error: FootnoteError) -> Mapping[str, Any]:
        return answer_json(_unanswered(text, error))

    _each(question, queries, home, as_json, run, failed, _answer_lines)


@reports_errors
def search(
    question: Text = None,
    queries: Queries = None,
    top: Annotated[int, typer.Option(min=1, max=1000, help="How many passages to show.")] = 10,
    collection: Collections = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Show the passages that fit a question best, without answering it."""
    from web.render import search_json

    def run(opened: "Services", text: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        began = time.perf_counter()
        passages = opened.retriever.retrieve(_question(opened, text, collection), top)
        found = search_json(text, passages, (time.perf_counter() - began) * 1000)
        return found, found

    def failed(text: str, error: FootnoteError) -> Mapping[str, Any]:
        return {**search_json(text, (), 0.0), "error": str(error)}

    _each(question, queries, home, as_json, run, failed, _hit_lines)


def _each(
    question: str | None,
    queries: Path | None,
    home: Path | None,
    as_json: bool,
    run: Callable[["Services", str], tuple[Any, Mapping[str, Any]]],
    failed: Callable[[str, FootnoteError], Mapping[str, Any]],
    lines: Callable[[Any], Iterator[str]],
) -> None:
    if queries is not None and question is None:
        asked = list(_read_queries(queries))
        with services(home, warm=True) as opened:
            raise typer.Exit(_run_batch(opened, asked, run, failed))
    if question is None or queries is not None:
        raise UsageError("Give either a question or --queries FILE.jsonl.")
    with services(home, warm=True) as opened:
        result, as_dict = run(opened, storable(question))
        if as_json:
            print_json(as_dict)
        else:
            typer.echo("\n".join(lines(result)))


def _run_batch(
    opened: "Services",
    asked: list[tuple[Any, str]],
    run: Callable[["Services", str], tuple[Any, Mapping[str, Any]]],
    failed: Callable[[str, FootnoteError], Mapping[str, Any]],
) -> int:
    """One line for each question; one that cannot be asked keeps no other from being answered."""
    failures = 0
    for query_id, text in asked:
        try:
            _, found = run(opened, text)
        except FootnoteError as error:
            found = failed(text, error)
            failures += 1
        print_json({**found, "id": query_id})
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


def _read_queries(path: Path) -> Iterator[tuple[Any, str]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # other line ends may stand inside a question
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name} cannot be read: {error}.") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            query = json.loads(line)
            yield query.get("id", str(number)), storable(str(query["question"]))
        except (ValueError, KeyError, AttributeError):
            raise UsageError(f"{path.name}, line {number}: expected a JSON object with a question.") from None


def _question(opened: "Services", text: str, collections: list[str] | None) -> Question:
    if not text.strip():
        raise UsageError("The question is empty. Ask something.")
    limit = opened.settings.max_question_chars
    if len(text) > limit:
        raise TooLarge(
            f"The question is longer than {limit} characters. Shorten it, or raise FOOTNOTE_MAX_QUESTION_CHARS."
        )
    return Question(text=text, collections=tuple(collections or ()))


def _answer_lines(answer: Answer) -> Iterator[str]:
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
    if not found["hits"]:
        yield "Nothing was found."
    for hit in found["hits"]:
        page = f", page {hit['page']}" if hit["page"] else ""
        yield visible(f"{hit['rank']:>2}. {hit['title']} ({hit['source']}{page})  {hit['score']:.3f}")
        yield visible(f"    {' '.join(hit['text'].split())[:300]}")
