"""What a generator writes becomes sentences whose citations are exact and whose support is known."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import GeneratorFailed
from rag.events import Drafted, SentenceChecked
from rag.support import Judge
from rag.types import Chunk, Passage, Question, Sentence, Support
from rag.write import Writer
from tests import factories
from tests.fakes import FakeGenerator

PUMPS = "The warranty on every pump lasts 36 months from delivery. Claims go to the service desk by letter."
LEAVE = "Employees get 25 days of leave a year."
ASKED = Question(text="How long does the warranty last?")


def passages() -> tuple[Passage, ...]:
    return tuple(
        factories.passage(
            Chunk(page=1, start=5, end=5 + len(text), text=text),
            of=factories.document(id=f"{number:032x}", title=f"Document {number}"),
            chunk_id=number,
        )
        for number, text in enumerate((LEAVE, PUMPS), start=1)
    )


def events(generator: FakeGenerator) -> Iterator[Drafted | SentenceChecked]:
    return Writer(generator, Judge()).write(ASKED, passages())


def sentences(*pieces: str) -> list[Sentence]:
    return [each.sentence for each in events(FakeGenerator(*pieces)) if isinstance(each, SentenceChecked)]


def letters(text: str) -> list[str]:
    return list(text)


def test_each_sentence_cites_the_exact_words_of_what_it_names() -> None:
    (sentence,) = sentences("A pump has a warranty of 36 months", " from delivery [2].")
    (citation,) = sentence.citations
    assert sentence.text == "A pump has a warranty of 36 months from delivery."
    assert citation.quote == "The warranty on every pump lasts 36 months from delivery."
    assert PUMPS[citation.start - 5 : citation.end - 5] == citation.quote
    assert (citation.document.title, sentence.support) == ("Document 2", Support.SUPPORTED)


def test_a_marker_behind_the_stop_belongs_to_the_sentence_before_even_letter_by_letter() -> None:
    text = "The warranty on every pump lasts 36 months from delivery. [2] Employees get 25 days of leave a year. [1]"
    first, second = sentences(*letters(text))
    assert first.citations[0].document.title == "Document 2"
    assert second.citations[0].document.title == "Document 1"


def test_citations_are_numbered_by_place_as_they_come() -> None:
    found = sentences(
        "The warranty on every pump lasts 36 months from delivery [2]. ",
        "Employees get 25 days of leave a year [1]. ",
        "The warranty on every pump lasts 36 months from delivery [2].",
    )
    assert [[c.marker for c in sentence.citations] for sentence in found] == [[1], [2], [1]]


def test_a_number_that_was_not_shown_is_never_a_footnote() -> None:
    (sentence,) = sentences("Every pump has a warranty of 99 years [7].")
    assert (sentence.citations, sentence.support) == ((), Support.UNSUPPORTED)
    assert sentence.text == "Every pump has a warranty of 99 years [7]."


def test_a_sentence_that_names_no_source_gets_one_only_if_that_supports_it() -> None:
    told, invented = sentences(
        "The warranty on every pump lasts 36 months from delivery. The moon is made of cheese."
    )
    assert (told.support, len(told.citations)) == (Support.SUPPORTED, 1)
    assert (invented.support, invented.citations) == (Support.UNSUPPORTED, ())


def test_a_sentence_that_its_source_contradicts_is_marked() -> None:
    (sentence,) = sentences("The warranty on every pump lasts 12 months from delivery [2].")
    assert sentence.support is not Support.SUPPORTED
    assert any("12" in reason for reason in sentence.reasons)


def test_what_is_being_written_is_shown_before_it_is_checked() -> None:
    seen = list(events(FakeGenerator("The warr", "anty lasts. Emp", "loyees get days.")))
    drafts = [each.text for each in seen if isinstance(each, Drafted)]
    assert drafts == ["The warr", "Employees get days."] or drafts[:1] == ["The warr"]
    assert isinstance(seen[-1], SentenceChecked)


def test_what_a_model_thinks_aloud_is_not_part_of_its_answer() -> None:
    found = sentences(
        "<think>The user wants", " pumps. Well.</think>", "Employees get 25 days of leave a year [1]."
    )
    assert [sentence.text for sentence in found] == ["Employees get 25 days of leave a year."]
    assert sentences("<think>endless") == []


def test_the_items_of_a_list_are_sentences() -> None:
    found = sentences(
        "- Employees get 25 days of leave a year [1]\n", "- Claims go to the service desk by letter [2]\n"
    )
    assert [sentence.support for sentence in found] == [Support.SUPPORTED, Support.SUPPORTED]


def test_a_model_that_turns_in_circles_is_stopped() -> None:
    generator, seen = FakeGenerator(*["Employees get 25 days of leave a year [1]. "] * 1000), []
    with pytest.raises(GeneratorFailed, match="began to repeat itself"):
        seen += events(generator)
    assert generator.closed
    short = sentences(*["- Yes [1]\n"] * 9)
    assert [sentence.text for sentence in short] == ["- Yes"] * 9


def test_a_model_that_can_be_shown_nothing_is_not_asked() -> None:
    generator = FakeGenerator("Employees get 25 days of leave a year [1].")
    generator.room = 150
    with pytest.raises(GeneratorFailed, match="FOOTNOTE_GENERATOR_CONTEXT"):
        list(events(generator))
    assert generator.shown == []


@pytest.mark.parametrize(
    "said",
    [
        "泵的保修期为交货后36个月 [2]。",
        "مدة ضمان المضخة 36 شهرا من التسليم [2].",
        "Гарантия на насос действует 36 месяцев с момента поставки [2].",
        "Ďłñ§ɸ ɣʑʘ ɷʚɰ ʢʄɧɱ [2].",
        "\ufffd\ufffd\ufffd \ufffd\ufffd\ufffd [2].",
    ],
)
def test_what_is_written_in_another_script_than_its_source_is_never_called_supported(said: str) -> None:
    (sentence,) = sentences(*letters(said))
    assert sentence.support is not Support.SUPPORTED


def test_a_generator_that_fails_says_so_behind_what_it_wrote() -> None:
    seen = []
    with pytest.raises(GeneratorFailed, match="It fell over"):
        seen += events(FakeGenerator("Employees get 25 days of leave. ", "And more", fails="It fell over."))
    assert all(isinstance(each, Drafted | SentenceChecked) for each in seen)


def test_whoever_leaves_stops_the_generator() -> None:
    generator = FakeGenerator("One sentence here. ", "Another sentence there. ", "A third.")
    writing = events(generator)
    next(writing)
    writing.close()  # type: ignore[attr-defined]
    assert generator.closed


@given(st.lists(st.text(max_size=40), max_size=8))
def test_whatever_is_written_every_citation_is_exact_and_every_marker_counts_on(pieces: list[str]) -> None:
    texts = {passage.document.id: " " * 5 + passage.chunk.text for passage in passages()}
    highest = 0
    for sentence in sentences(*pieces):
        for citation in sentence.citations:
            assert texts[citation.document.id][citation.start : citation.end] == citation.quote
            assert citation.marker <= highest + 1
            highest = max(highest, citation.marker)


@given(
    st.lists(
        st.sampled_from(["One two three. ", "[1]", " [2] ", "Four five [9]. ", "- six seven\n", "“so [1]”. "])
    )
)
def test_how_the_text_is_cut_into_pieces_changes_nothing(parts: list[str]) -> None:
    def outcome(*pieces: str) -> list[Sentence] | str:
        try:
            return sentences(*pieces)
        except GeneratorFailed as failed:  # some turn in circles
            return str(failed)

    text = "".join(parts)
    assert outcome(*letters(text)) == outcome(text)


@given(st.text(alphabet="ab1.!? \n-“”\"'", max_size=60))
def test_nothing_that_is_written_is_lost_or_told_twice(text: str) -> None:
    said = "".join(sentence.text for sentence in sentences(*letters(text)))
    assert re.sub(r"\s", "", said) == re.sub(r"\s", "", text)
