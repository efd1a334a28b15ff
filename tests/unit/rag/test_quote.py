"""Quotes are exact, few, in reading order, and whole enough to be understood."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rag.choice import MOST
from rag.evidence import WEIGHTS, Candidate, Evidence, weigh
from rag.found import Found
from rag.quote import ITEMS, choose
from rag.reading import surroundings
from rag.types import Block, BlockKind, Chunk, Passage, Question
from tests import factories
from tests.fakes import FakeEmbedder

ASKED = Question(text="What is said?")
FRUIT = (
    "Apples are red.",
    "Pears grow tall.",
    "Plums taste sweet.",
    "Figs ripen late.",
    "Dates keep well.",
    "Limes are sour.",
)


def passage(text: str, *, chunk_id: int = 1, start: int = 0) -> Passage:
    chunk = Chunk(page=3, start=start, end=start + len(text), text=text)
    return factories.passage(chunk, of=factories.document(id=f"{chunk_id:032x}"), chunk_id=chunk_id)


def evidence(*scored: tuple[Passage, str, float]) -> Evidence:
    """Sentences of passages, picked by their words, with scores."""
    found = []
    for source, sentence, score in sorted(scored, key=lambda each: -each[2]):
        reading = surroundings(source, None)
        at = next(n for n, piece in enumerate(reading.pieces) if reading.text(piece) == sentence)
        found.append(Candidate(reading=reading, at=at, signals=(0.5,) * len(WEIGHTS), score=score))
    return Evidence(candidates=tuple(found))


def quoted(*scored: tuple[Passage, str, float], question: Question = ASKED) -> list[str]:
    return [sentence.text for sentence in choose(question, evidence(*scored))]


@given(st.text(max_size=30), st.lists(st.text(min_size=1, max_size=90), max_size=3), st.integers(0, 9))
def test_every_quote_is_the_slice_of_the_page_that_its_citation_names(
    question: str, texts: list[str], start: int
) -> None:
    passages = [passage(text, chunk_id=n, start=start) for n, text in enumerate(texts)]
    pages = {each.document.id: "\x00" * start + each.chunk.text for each in passages}
    asked = Question(text=question)
    sentences = choose(asked, weigh(asked, passages, FakeEmbedder()))
    for marker, sentence in enumerate(sentences, start=1):
        (citation,) = sentence.citations
        assert pages[citation.document.id][citation.start : citation.end] == citation.quote
        assert sentence.text == " ".join(citation.quote.split())
        assert (citation.marker, citation.page) == (marker, 3)


def test_no_evidence_has_no_quotes() -> None:
    assert choose(ASKED, evidence()) == ()


def pointed(words: str, text: str = "Apples are red. Pears grow tall.", margin: float = 1.0) -> Passage:
    """A passage as if a reader had pointed at these words of it."""
    given = passage(text, start=7)
    at = given.embedded.index(words)
    return replace(given, found=Found(relevance=0.9, start=at, end=at + len(words), margin=margin))


def emphasised(source: Passage) -> str | None:
    (sentence,) = choose(ASKED, evidence((source, "Pears grow tall.", 9.0)))
    (citation,) = sentence.citations
    return citation.quote[slice(*citation.words)] if citation.words else None


def test_the_words_of_a_quote_that_a_reader_points_at_are_named() -> None:
    assert emphasised(pointed("grow tall")) == "grow tall"


def test_words_beside_the_quote_are_not_named_nor_those_of_a_reader_that_sees_no_answer() -> None:
    assert emphasised(pointed("red")) is None
    assert emphasised(pointed("red. Pears")) is None
    assert emphasised(pointed("tall", margin=-0.1)) is None
    assert emphasised(passage("Apples are red. Pears grow tall.")) is None


def test_a_clear_winner_stands_alone() -> None:
    page = passage("The fee is five euros. Cats sleep all day.")
    assert quoted((page, "The fee is five euros.", 9.0), (page, "Cats sleep all day.", 2.0)) == [
        "The fee is five euros."
    ]


def test_a_second_quote_is_taken_only_while_it_is_open_whether_the_first_answers() -> None:
    one, two = passage("Apples are red."), passage("Pears grow tall.", chunk_id=2)
    assert len(quoted((one, "Apples are red.", 5.0), (two, "Pears grow tall.", 5.0))) == 1
    more = [(passage(text, chunk_id=n), text, 5.0) for n, text in enumerate(FRUIT, start=3)]
    assert len(quoted(*more)) == MOST


def test_likely_sentences_that_stand_side_by_side_are_one_quote() -> None:
    page = passage(
        "Cats sleep. The test was plagued with problems. First the crew noticed an odour. Dogs run."
    )
    best, beside = "The test was plagued with problems.", "First the crew noticed an odour."
    assert quoted((page, best, 9.0), (page, beside, 8.0)) == [f"{best} {beside}"]
    assert quoted((page, best, 9.0), (page, beside, 4.0)) == [best]


def test_quotes_come_by_document_the_best_first_and_then_as_on_the_page() -> None:
    one = passage("Red apples fall.\n\nCats sleep.\n\nGreen pears hang.")
    two, three = passage("Blue plums roll.", chunk_id=2), passage("Figs ripen.", chunk_id=3)
    scored = ((one, "Green pears hang.", 9.0), (two, "Blue plums roll.", 9.0), (one, "Red apples fall.", 9.0))
    rest = [(three, "Figs ripen.", 8.9), *((passage(t, chunk_id=n), t, 8.9) for n, t in enumerate(FRUIT, 4))]
    assert quoted(*scored, *rest) == ["Red apples fall.", "Green pears hang.", "Blue plums roll."]


def test_what_two_passages_both_say_is_quoted_once() -> None:
    one, two = passage("The fee is five euros."), passage("the fee is five euros", chunk_id=2)
    rest = [(passage(text, chunk_id=n), text, 8.0) for n, text in enumerate(FRUIT, start=3)]
    found = quoted((one, "The fee is five euros.", 9.0), (two, "the fee is five euros", 8.9), *rest)
    assert [text for text in found if "five" in text] == ["The fee is five euros."]


def test_a_lead_in_brings_its_items_and_nothing_behind_them() -> None:
    page = passage("Bring along:\n- a passport\n- two photos\n\nThe office closes at noon.")
    assert quoted((page, "Bring along:", 9.0)) == ["Bring along:", "- a passport", "- two photos"]


def test_unmarked_lines_below_a_lead_in_count_as_its_items_until_a_blank_line() -> None:
    page = passage("Bring along:\na passport that is valid\ntwo photos\n\nThe office closes at noon.")
    assert "The office closes at noon." not in quoted((page, "Bring along:", 9.0))
    assert "a passport that is valid" in " ".join(quoted((page, "Bring along:", 9.0)))


def test_a_long_list_is_cut() -> None:
    page = passage("Bring along:\n" + "\n".join(f"- thing {n}" for n in range(3 * ITEMS)))
    assert len(quoted((page, "Bring along:", 9.0))) == 1 + ITEMS


def test_an_item_brings_its_lead_in() -> None:
    page = passage("Bring along:\n- a passport\n- two photos")
    assert quoted((page, "- two photos", 9.0)) == ["Bring along:", "- two photos"]


def test_a_row_brings_the_header_of_its_table() -> None:
    page = passage("Room Price\nAttic 90 euros\nCellar 40 euros")
    rows = ((0, 10), (11, 25), (26, 41))
    blocks = tuple(Block(start=start, end=end, kind=BlockKind.ROW) for start, end in rows)
    page = replace(page, chunk=replace(page.chunk, blocks=blocks))
    assert quoted((page, "Cellar 40 euros", 9.0)) == ["Room Price", "Cellar 40 euros"]


def test_a_list_that_is_asked_for_comes_whole() -> None:
    page = passage("Bring along:\n- a passport\n- two photos\n\nCats sleep.")
    asked = Question(text="What are the things to bring along?")
    assert quoted((page, "- two photos", 9.0), question=asked) == [
        "Bring along:",
        "- a passport",
        "- two photos",
    ]


def test_a_lead_in_needs_no_colon_above_a_list() -> None:
    for lead in ("To order a badge, please do the following", "You need all of these things.", "Bring along"):
        page = passage(f"{lead}\n\n- a passport\n- two photos\n\nCats sleep.")
        assert quoted((page, lead, 9.0)) == [lead, "- a passport", "- two photos"]


def test_a_sentence_that_ends_above_a_list_comes_alone() -> None:
    page = passage("The desk opens at nine.\n\n- a passport\n- two photos")
    assert quoted((page, "The desk opens at nine.", 9.0)) == ["The desk opens at nine."]
    assert quoted((page, "- two photos", 9.0)) == ["- two photos"]


def test_a_list_comes_whole_where_several_of_its_items_answer() -> None:
    items = ["- the first of May", "- the third of June", "- the ninth of July", "- the last of December"]
    page = passage("\n".join(["Closed days:", *items]) + "\n\nCats sleep.")
    assert quoted(*((page, item, 9.0) for item in items[1:])) == ["Closed days:", *items]
    assert quoted((page, items[1], 9.0)) == ["Closed days:", items[1]]


def test_a_heading_brings_what_stands_below_it() -> None:
    page = passage("Holidays\n\nThe office is closed on Sundays. It opens on Mondays.\n\nCats sleep.")
    blocks = (Block(start=0, end=8, kind=BlockKind.HEADING, level=1),)
    page = replace(page, chunk=replace(page.chunk, blocks=blocks))
    assert quoted((page, "Holidays", 9.0)) == [
        "Holidays",
        "The office is closed on Sundays. It opens on Mondays.",
    ]


def test_a_question_of_several_sentences_brings_its_answer_from_any_of_them() -> None:
    page = passage(
        "Q: Leave is unlimited. When do I take sick leave?\n\n- A: When you are ill.\n\nCats sleep."
    )
    whole = ["Q: Leave is unlimited. When do I take sick leave?", "- A: When you are ill."]
    for part in ("Q: Leave is unlimited.", "When do I take sick leave?", "- A: When you are ill."):
        assert quoted((page, part, 9.0)) == whole


def test_the_answer_to_a_question_on_the_page_brings_its_list() -> None:
    page = passage("What do I bring along? All of these:\n\n- a passport\n- two photos\n\nCats sleep.")
    assert quoted((page, "What do I bring along?", 9.0)) == [
        "What do I bring along?",
        "All of these:",
        "- a passport",
        "- two photos",
    ]


def test_a_sentence_that_points_back_brings_the_one_before() -> None:
    page = passage("Cats sleep. The fee covers the badge. It is five euros.")
    assert quoted((page, "It is five euros.", 9.0)) == ["The fee covers the badge. It is five euros."]


def test_a_question_on_the_page_brings_its_answer_and_is_not_repeated_to_who_asked_it() -> None:
    page = passage("How do I get a badge? Ask at the desk.")
    asked = Question(text="How do I get a badge?")
    assert quoted((page, "How do I get a badge?", 9.0), question=asked) == ["Ask at the desk."]
    assert quoted((page, "How do I get a badge?", 9.0)) == ["How do I get a badge?", "Ask at the desk."]


def test_an_answer_on_the_page_brings_its_question_unless_that_was_asked() -> None:
    page = passage("How do I get a badge? Ask at the desk.")
    asked = Question(text="How do I get a badge?")
    assert quoted((page, "Ask at the desk.", 9.0), question=asked) == ["Ask at the desk."]
    assert quoted((page, "Ask at the desk.", 9.0)) == ["How do I get a badge?", "Ask at the desk."]


def test_both_sides_of_a_conflict_are_quoted() -> None:
    one, two = (
        passage("The fee for a visitor badge is 5 euros."),
        passage("The fee for a visitor badge is 8 euros.", chunk_id=2),
    )
    asked = Question(text="What is the fee for a visitor badge?")
    assert quoted((one, one.chunk.text, 9.0), (two, two.chunk.text, 5.0), question=asked) == [
        one.chunk.text,
        two.chunk.text,
    ]
