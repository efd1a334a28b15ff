"""`footnote ask` and `footnote search`: questions, one or many."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import TooLarge, UsageError
from rag.types import Answer, Question
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

    _each(question, queries, home, as_json, run, _answer_lines)


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

    _each(question, queries, home, as_json, run, _hit_lines)


def _each(
    question: str | None,
    queries: Path | None,
    home: Path | None,
    as_json: bool,
    run: Callable[["Services", str], tuple[Any, Mapping[str, Any]]],
    lines: Callable[[Any], Iterator[str]],
) -> None:
    if (question is None) == (queries is None):
        raise UsageError("Give either a question or --queries FILE.jsonl.")
    asked = [(None, question)] if question is not None else list(_read_queries(queries))
    with services(home, warm=True) as opened:
        for query_id, text in asked:
            result, as_dict = run(opened, text or "")
            if queries is not None:
                print_json({**as_dict, "id": query_id})
            elif as_json:
                print_json(as_dict)
            else:
                typer.echo("\n".join(lines(result)))


def _read_queries(path: Path | None) -> Iterator[tuple[str, str]]:
    assert path is not None
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name} cannot be read: {error}.") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            query = json.loads(line)
            yield str(query.get("id", number)), str(query["question"])
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
        page = f", page {citation.page}" if citation.document.paged else ""
        yield visible(f"[{citation.marker}] {citation.document.title} ({citation.document.source}{page}):")
        yield visible(f'    "{" ".join(citation.quote.split())}"')
    if not answer.sentences:
        for passage in answer.passages[:3]:
            page = f", page {passage.chunk.page}" if passage.document.paged else ""
            yield visible(f"  - {passage.document.title} ({passage.document.source}{page})")
    yield f"\nconfidence {answer.confidence:.2f}, {answer.ms['total']:.0f} ms, written by {answer.generator}"


def _hit_lines(found: Mapping[str, Any]) -> Iterator[str]:
    if not found["hits"]:
        yield "Nothing was found."
    for hit in found["hits"]:
        page = f", page {hit['page']}" if hit["page"] else ""
        yield visible(f"{hit['rank']:>2}. {hit['title']} ({hit['source']}{page})  {hit['score']:.3f}")
        yield visible(f"    {' '.join(hit['text'].split())[:300]}")
