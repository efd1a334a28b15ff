from hypothesis import given
from hypothesis import strategies as st

from rag.attribution import attribute, find, quote
from rag.cite import read
from rag.support import Judge
from rag.types import Chunk, Passage, Support
from tests.factories import document, passage

LYON = "The Lyon office has 40 desks. It opened in 2019. Visitors ring the bell at the gate."
TURIN = "Some people like trains. The Turin office has 75 desks. Bicycles stand in the yard."
BEFORE = "Contents.\n\n"


def shown(*texts: str) -> list[Passage]:
    """Passages, each from the middle of its page."""
    return [
        passage(
            Chunk(page=1, start=len(BEFORE), end=len(BEFORE) + len(text), text=text),
            of=document(id=str(at) * 32, title=f"Page {at}"),
            chunk_id=at,
        )
        for at, text in enumerate(texts, start=1)
    ]


def written(text: str, *texts: str):
    """The sentences of somebody who was shown these texts."""
    passages = shown(*texts)
    return [attribute(cited, passages, Judge()) for cited in read(text, len(passages))]


def test_a_sentence_is_cited_as_its_writer_says_by_what_speaks_of_it() -> None:
    (sentence,) = written("In Turin there are 75 desks [2].", LYON, TURIN)
    assert [citation.marker for citation in sentence.citations] == [2]
    assert sentence.citations[0].quote == "The Turin office has 75 desks."


def test_a_wrong_citation_is_not_repaired() -> None:
    (sentence,) = written("The Turin office has 75 desks [1].", LYON, TURIN)
    assert [citation.marker for citation in sentence.citations] == [1]
    assert sentence.support is not Support.SUPPORTED


def test_a_sentence_without_a_citation_gets_the_one_that_supports_it() -> None:
    (sentence,) = written("The Turin office has 75 desks.", LYON, TURIN)
    assert [citation.marker for citation in sentence.citations] == [2]
    assert sentence.support is Support.SUPPORTED


def test_a_sentence_that_nothing_supports_gets_no_citation() -> None:
    for said in ("The Turin office has 40 desks.", "The Turin office has no desks.", "Roses are red."):
        (sentence,) = written(said, LYON, TURIN)
        assert (sentence.citations, sentence.support) == ((), Support.UNSUPPORTED)


def test_a_number_that_was_not_shown_cites_nothing_and_another_is_looked_for() -> None:
    (sentence,) = written("The Turin office has 75 desks [7].", LYON, TURIN)
    assert all(citation.marker <= 2 for citation in sentence.citations)


def test_several_sentences_are_quoted_where_a_sentence_says_what_they_say_together() -> None:
    (sentence,) = written("The Lyon office has 40 desks and opened in 2019 [1].", LYON)
    assert sentence.citations[0].quote == "The Lyon office has 40 desks. It opened in 2019."
    assert sentence.support is Support.SUPPORTED


@given(st.text(max_size=80), st.text(min_size=1, max_size=200))
def test_every_quote_is_the_slice_of_the_page_that_it_names(said: str, text: str) -> None:
    (one,) = shown(text)
    cited = quote(said, one, 1)
    assert (BEFORE + text)[cited.start : cited.end] == cited.quote


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=80), max_size=3))
def test_what_is_found_passes_the_check(said: str, texts: list[str]) -> None:
    for found in find(said, shown(*texts), Judge()):
        assert Judge().judge(said, [found.quote], found.document.title).support is Support.SUPPORTED
