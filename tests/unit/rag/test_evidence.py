"""Sentences weighed for a question: what comes first, and that nothing odd breaks it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evidence import FIRST, LIMIT, WEIGHTS, Candidate, weigh
from rag.found import Found
from rag.types import Block, BlockKind, Chunk, Passage, Question
from tests import factories
from tests.fakes import FakeEmbedder

ASKED = Question(text="Tell me.")
LEAVE = (
    "The company was founded in Porto in 1998. Employees get 25 days of leave a year. "
    "Leave is asked for in writing. Who decides about leave? The canteen opens at noon."
)


def passage(
    text: str, *, chunk_id: int = 1, title: str = "Handbook", heading: str = "", score: float = 0.5
) -> Passage:
    named = factories.document(id=f"{chunk_id:032x}", source=title, title=title)
    chunk = Chunk(page=1, start=0, end=len(text), text=text, heading=heading)
    return factories.passage(chunk, of=named, chunk_id=chunk_id, score=score)


TABLE = ("Room Price", "Attic 90 euros", "Cellar 40 euros")


def table(*, caption: str = "") -> Passage:
    return rows_of(*TABLE, caption=caption)


def rows_of(*rows: str, title: str = "Handbook", caption: str = "") -> Passage:
    text = "\n".join((caption, *rows) if caption else rows)
    found = passage(text, title=title)
    blocks = tuple(
        Block(start=text.index(row), end=text.index(row) + len(row), kind=BlockKind.ROW) for row in rows
    )
    return replace(found, chunk=replace(found.chunk, blocks=blocks))


def best(question: str, *passages: Passage) -> str:
    return weigh(Question(text=question), passages, FakeEmbedder()).candidates[0].text


def signal(candidate: Candidate, name: str) -> float:
    return dict(zip(WEIGHTS, candidate.signals, strict=True))[name]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many days of leave do employees get?", "Employees get 25 days of leave a year."),
        ("When was the company founded?", "The company was founded in Porto in 1998."),
        ("When does the canteen open?", "The canteen opens at noon."),
    ],
)
def test_the_sentence_that_shares_words_and_kind_with_the_question_comes_first(
    question: str, answer: str
) -> None:
    assert best(question, passage(LEAVE)) == answer


def test_the_answer_to_a_question_on_the_page_is_read_below_that_question() -> None:
    found = passage("How do I get a badge? Ask at the desk of the hall. Badges open the gate.")
    evidence = weigh(Question(text="How do I get a badge?"), [found], FakeEmbedder())
    words = {candidate.text: signal(candidate, "words") for candidate in evidence.candidates}
    assert (words["Ask at the desk of the hall."], words["Badges open the gate."]) == (1.0, 0.5)


def test_a_sentence_that_two_chunks_share_is_weighed_once() -> None:
    found = passage(LEAVE)
    assert len(weigh(Question(text="leave"), [found, found], FakeEmbedder()).candidates) == 5


def test_a_better_passage_lifts_its_sentences() -> None:
    low, high = passage("It takes 3 days.", score=0.2), passage("It takes 9 days.", chunk_id=2, score=0.6)
    assert best("How long does it take?", low, high) == "It takes 9 days."


def test_a_heading_or_title_gives_way_to_the_text_below_it() -> None:
    found = passage(
        "Annual paid leave\nEmployees take their paid leave within the year.", heading="Annual paid leave"
    )
    assert best("annual paid leave", found) == "Employees take their paid leave within the year."


@pytest.mark.parametrize(
    "line", ["Table 2: hotel prices by city", "6.3 Probation and notice", "Hotel prices by city"]
)
def test_captions_and_headings_say_little(line: str) -> None:
    evidence = weigh(Question(text="hotel prices"), [passage(line)], FakeEmbedder())
    assert signal(evidence.candidates[0], "fragment") == 1.0


@pytest.mark.parametrize(
    "line", ["London 185 pounds a night", "- 2 photos for the badge", "Hotels are paid for in full."]
)
def test_rows_items_and_sentences_are_no_fragments(line: str) -> None:
    evidence = weigh(Question(text="hotel prices"), [passage(line)], FakeEmbedder())
    assert signal(evidence.candidates[0], "fragment") == 0.0


def test_a_row_is_read_below_the_header_of_its_table() -> None:
    evidence = weigh(Question(text="price of the cellar room"), [table()], FakeEmbedder())
    assert evidence.candidates[0].text == "Cellar 40 euros"
    assert signal(evidence.candidates[0], "words") == 1.0


def weighed(question: str, found: Passage) -> set[str]:
    return {each.text for each in weigh(Question(text=question), [found], FakeEmbedder()).candidates}


def test_a_header_answers_nothing_by_itself() -> None:
    assert weighed("Room Price", table()) == {"Attic 90 euros", "Cellar 40 euros"}


def test_a_header_is_known_by_having_no_figures_but_dates_and_those_of_names() -> None:
    rows = ("Part Tarn 60 at 31 May 2024", "Filter 12 14")
    assert weighed("Tarn 60", rows_of(*rows, title="Tarn 60 manual")) == {"Filter 12 14"}
    assert weighed("Tarn 60", rows_of(*rows, title="Manual")) == set(rows)


def test_the_first_row_of_a_table_that_began_in_another_chunk_is_no_header() -> None:
    found = rows_of("No water open the tap", "Leaks: call 2300")
    cut = replace(found.chunk, start=70, end=70 + len(found.chunk.text))
    blocks = tuple(replace(block, start=block.start + 70, end=block.end + 70) for block in cut.blocks)
    found = replace(found, chunk=replace(cut, blocks=blocks))
    assert "No water open the tap" in weighed("no water", found)


def test_a_row_with_the_figures_asked_for_comes_before_its_like() -> None:
    found = rows_of("Hardness Capacity", "10 degrees 5,000 litres", "20 degrees 2,600 litres")
    assert weigh(Question(text="litres at 20 degrees"), [found], FakeEmbedder()).candidates[0].text == (
        "20 degrees 2,600 litres"
    )


@pytest.mark.parametrize("figure", ["E4", "e4", "2,600", "2600"])
def test_figures_are_the_same_with_and_without_commas_and_capitals(figure: str) -> None:
    found = passage("Code E4 is shown at 2600 litres.")
    best = weigh(Question(text=f"{figure}?"), [found], FakeEmbedder()).candidates[0]
    assert signal(best, "figures") == 1.0


def test_the_paragraph_is_what_stands_between_blank_lines() -> None:
    found = passage("One here.\n\nCats sleep. Dogs run.\n\nLast one.")
    assert weigh(Question(text="Do dogs run?"), [found], FakeEmbedder()).candidates[0].paragraph == (
        "Cats sleep. Dogs run."
    )


def test_the_likeness_of_the_paragraph_around_the_best_sentence_is_weighed() -> None:
    asked = Question(text="Employees get 25 days of leave a year.")
    evidence = weigh(asked, [passage(asked.text)], FakeEmbedder())
    assert evidence.paragraph == pytest.approx(1.0)


def test_a_number_that_the_question_itself_names_is_not_what_it_asks_for() -> None:
    evidence = weigh(Question(text="How many of the 25 days expire?"), [passage(LEAVE)], FakeEmbedder())
    kinds = {candidate.text: signal(candidate, "kind") for candidate in evidence.candidates}
    assert kinds["Employees get 25 days of leave a year."] == -1.0
    assert kinds["The company was founded in Porto in 1998."] == 1.0


def test_the_title_counts_for_each_sentence_below_it() -> None:
    found = passage("It weighs 12 kilograms in all.", title="Tarn dispenser")
    evidence = weigh(Question(text="Tarn dispenser weighs"), [found], FakeEmbedder())
    assert signal(evidence.candidates[0], "words") == 1.0


def test_inflected_words_count_as_the_same() -> None:
    evidence = weigh(Question(text="employee leaves opening"), [passage(LEAVE)], FakeEmbedder())
    assert {signal(candidate, "passage") for candidate in evidence.candidates} == {1.0}


def read(found: Passage, words: str, relevance: float = 0.9) -> Passage:
    """As if a reader had pointed at these words."""
    at = found.embedded.index(words)
    return replace(found, found=Found(relevance=relevance, start=at, end=at + len(words), margin=1.0))


def test_the_sentence_that_a_reader_points_into_comes_first() -> None:
    assert best("Tell me.", read(passage(LEAVE), "1998")) == "The company was founded in Porto in 1998."
    assert best("Tell me.", read(passage(LEAVE), "noon")) == "The canteen opens at noon."


def test_what_a_reader_points_at_counts_as_much_as_its_passage_is_likely_to_answer() -> None:
    found = read(passage(LEAVE, title="Noon"), "noon", relevance=0.4)
    shown = {each.text: signal(each, "pointed") for each in weigh(ASKED, [found], FakeEmbedder()).candidates}
    assert {text for text, value in shown.items() if value} == {"The canteen opens at noon."}
    assert max(shown.values()) == 0.4


def test_a_reader_that_points_at_the_title_points_at_no_sentence() -> None:
    found = read(passage(LEAVE, title="Noon"), "Noon")
    assert found.pointed is None
    assert all(signal(each, "pointed") == 0 for each in weigh(ASKED, [found], FakeEmbedder()).candidates)


def test_no_passages_make_no_evidence() -> None:
    assert weigh(Question(text="Anything?"), [], FakeEmbedder()).candidates == ()


def test_no_more_sentences_are_embedded_than_the_limit() -> None:
    found = passage(" ".join(f"Sentence number {n} stands here." for n in range(3 * LIMIT)))
    assert len(weigh(Question(text="Which sentence?"), [found], FakeEmbedder()).candidates) == LIMIT


def test_sentences_that_cannot_overtake_the_best_are_not_embedded() -> None:
    found = passage(
        "The tarn dispenser weighs 4 kg. " + " ".join(f"Birds number {n} sing here." for n in range(40))
    )
    evidence = weigh(Question(text="What does the tarn dispenser weigh?"), [found], FakeEmbedder())
    assert len(evidence.candidates) == FIRST
    assert evidence.candidates[0].text == "The tarn dispenser weighs 4 kg."


def test_for_a_comparison_all_up_to_the_limit_are_embedded() -> None:
    found = passage(
        "The tarn dispenser weighs 4 kg. " + " ".join(f"Birds number {n} sing here." for n in range(40))
    )
    evidence = weigh(
        Question(text="Compare what the tarn dispenser and birds weigh."), [found], FakeEmbedder()
    )
    assert len(evidence.candidates) == LIMIT


def test_a_question_in_chinese_is_read_sign_by_sign() -> None:
    evidence = weigh(Question(text="年假"), [passage("员工每年有二十五天年假。")], FakeEmbedder())
    assert signal(evidence.candidates[0], "words") == 1.0


@given(st.text(max_size=40), st.lists(st.text(min_size=1, max_size=80), max_size=3))
def test_any_question_and_text_are_weighed_best_first_and_cut_verbatim(
    question: str, texts: list[str]
) -> None:
    passages = [passage(text, chunk_id=n) for n, text in enumerate(texts)]
    candidates = weigh(Question(text=question), passages, FakeEmbedder()).candidates
    assert [c.score for c in candidates] == sorted((c.score for c in candidates), reverse=True)
    assert all(c.text and c.text in c.passage.chunk.text for c in candidates)
