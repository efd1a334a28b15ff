from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Citation, Sentence, Support
from tests.factories import document
from web.csrf import Csrf
from web.pages import Pages, emphasised

CITATION = Citation(marker=1, document=document(), page=1, start=0, end=4, quote="Grey")


def shown(support: Support, *reasons: str) -> str:
    sentence = Sentence(text="Blue.", citations=(CITATION,), support=support, reasons=reasons)
    return Pages(Csrf()).render("_sentence.html", sentence=sentence)


def test_a_sentence_in_doubt_is_marked_with_the_reasons() -> None:
    assert "partly supported: <bdi>the name Blue is not in the quote</bdi>" in shown(
        Support.PARTLY, "the name Blue is not in the quote"
    )
    assert "not supported: <bdi>nothing is quoted</bdi>; <bdi>nor found</bdi>" in shown(
        Support.UNSUPPORTED, "nothing is quoted", "nor found"
    )
    assert "supported:" not in shown(Support.SUPPORTED)


def test_an_item_of_a_list_is_shown_as_one() -> None:
    assert '<span class="sentence supported item">' in Pages(Csrf()).render(
        "_sentence.html", sentence=quoting("- a passport", None)
    )
    assert '<span class="sentence supported">' in shown(Support.SUPPORTED)


def test_a_reason_that_holds_markup_is_escaped() -> None:
    assert "<script>" not in shown(Support.PARTLY, "the name <script>alert(1)</script> is not in the quote")


def quoting(quote: str, words: tuple[int, int] | None) -> Sentence:
    citation = replace(CITATION, end=len(quote), quote=quote, words=words)
    return Sentence(text=" ".join(quote.split()), citations=(citation,), support=Support.SUPPORTED)


@pytest.mark.parametrize(
    ("quote", "words", "parts"),
    [
        ("It is grey.", (6, 10), ("It is ", "grey", ".")),
        ("It\n is  dark\ngrey.", (8, 17), ("It is ", "dark grey", ".")),
        ("It is\rgrey.", (5, 10), ("It is ", "grey", ".")),
        ("It is grey. ", (11, 12), ("It is grey.", "", "")),
        ("(grey)", (1, 5), ("(", "grey", ")")),
        ("It is grey.", None, ("It is grey.", "", "")),
    ],
)
def test_the_words_that_answer_are_parted_from_the_rest(
    quote: str, words: tuple[int, int] | None, parts: tuple[str, str, str]
) -> None:
    assert emphasised(quoting(quote, words)) == parts


@given(st.text(min_size=1, max_size=30), st.data())
def test_the_parts_of_a_sentence_are_the_sentence(quote: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(quote) - 1))
    end = data.draw(st.integers(start + 1, len(quote)))
    sentence = quoting(quote, (start, end))
    assert "".join(emphasised(sentence)) == sentence.text


def test_a_sentence_in_words_of_its_own_emphasises_none() -> None:
    assert emphasised(replace(quoting("It is grey.", (6, 10)), text="Grey it is.")) == ("Grey it is.", "", "")


def test_emphasised_words_that_hold_markup_are_escaped() -> None:
    page = Pages(Csrf()).render("_sentence.html", sentence=quoting("Say <b>no</b>.", (4, 13)))
    assert "Say <strong>&lt;b&gt;no&lt;/b&gt;</strong>." in page
