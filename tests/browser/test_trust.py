"""What a reader is told of an answer: whether its quotes carry it, where documents disagree, what was asked for."""

from pathlib import Path
from typing import Any

import pytest

from rag.attribution import attribute
from rag.cite import read
from rag.settings import load
from rag.support import Judge
from rag.types import Answer, Chunk, Outcome, Passage, Question
from tests.browser.test_browser import QUESTION, QUOTE, ask, upload
from web.wiring import open_services

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WRITTEN = (
    f"{QUOTE} It lasts sixty months [1]. The pump was painted by elephants [1]. "
    "The warranty on a pump lasts thirty-six months [1]."
)
MARKS = [
    "Supported by what it quotes",
    "not supported",
    "not supported",
    "Supported by what it quotes",
]


def written(home: Path, text: str) -> str:
    """The path of a conversation in which somebody who writes in their own words answered."""
    services = open_services(load(home=home))
    document = next(d for d in services.store.documents() if d.title == "Warranty terms")
    page = services.store.page(document.id, 2)
    chunk = Chunk(page=2, start=0, end=len(page.text), text=page.text)
    shown = [Passage(rank=1, score=1, dense=1, lexical=1, chunk_id=1, chunk=chunk, document=document)]
    answer = Answer(
        id="e" * 32,
        question=Question(text=QUESTION),
        outcome=Outcome.ANSWERED,
        sentences=tuple(attribute(cited, shown, Judge()) for cited in read(text, 1)),
        passages=(),
        confidence=0.9,
        generator="somebody",
    )
    known = services.history.save(answer)
    services.close()
    return f"/c/{known}"


def told_of(sentence: Any) -> str:
    """What its mark says."""
    sound = sentence.locator(".sound")
    said = sound.get_attribute("aria-label") if sound.count() else sentence.locator(".doubt").inner_text()
    return str(said)


def test_each_sentence_of_an_answer_in_quotes_bears_a_mark_of_support(visit: Any, warranty: Path) -> None:
    page = visit("/documents")
    upload(page, warranty)
    turn = ask(page, QUESTION)
    sentences = turn.locator(".sentence")
    assert sentences.count() == turn.locator(".sentence.supported .sound").count() > 0
    assert "supported by what" in turn.locator(".tally").inner_text()


def test_sentences_that_their_quotes_do_not_carry_are_marked_with_the_reason(
    visit: Any, warranty: Path, home: Path
) -> None:
    upload(visit("/documents"), warranty)
    page = visit(written(home, WRITTEN))
    sentences = page.locator(".sentence")
    told = [told_of(sentences.nth(at)) for at in range(sentences.count())]
    assert [said.split(":")[0] for said in told] == MARKS
    assert "sixty months" in told[1]
    assert page.locator(".tally").inner_text() == "2 of 4 sentences supported by what they quote"


def test_documents_that_disagree_are_shown_side_by_side_with_their_dates(visit: Any) -> None:
    page = visit("/documents")
    fees = {"Badges 2023.txt": "5 euros", "Badges 2025.txt": "8 euros"}
    texts = {name: f"The fee for a visitor badge is {fee}.".encode() for name, fee in fees.items()}
    upload(page, *({"name": name, "mimeType": "text/plain", "buffer": text} for name, text in texts.items()))
    turn = ask(page, "What is the fee for a visitor badge?")
    box = turn.locator(".conflict")
    assert "do not agree" in box.inner_text()
    lines = box.locator("li").all_inner_texts()
    assert len(lines) == 2
    assert any("2023" in line and "5 euros" in line for line in lines)
    assert any("2025" in line and "8 euros" in line for line in lines)
    box.locator(".note").first.click()
    page.locator("#pane mark").first.wait_for()
    page.reload()
    assert page.locator(".conflict li").count() == 2


def test_a_refusal_says_so_in_one_sentence_and_shows_what_comes_closest_as_such(
    visit: Any, warranty: Path
) -> None:
    page = visit("/documents")
    upload(page, warranty)
    turn = ask(page, "Which orchestra played at the opening of the opera house in Sydney?")
    assert turn.locator(".notice").inner_text() == "The documents do not say. These passages come closest."
    assert turn.locator(".label").inner_text() == "Closest passages"
    assert turn.locator(".closest .card").count() > 0
    assert turn.locator(".sentence").count() == turn.locator(".sound").count() == 0
