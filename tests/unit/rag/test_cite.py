from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.cite import Cited, read, stands
from rag.support import check
from rag.types import Citation, Document, MediaType, Page, Sentence, Status, Support

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DOCUMENT = Document(
    id="d" * 32, collection="shelf", source="a.txt", title="A", media_type=MediaType.TEXT,
    sha256="0" * 64, size=1, status=Status.READY, reason=None, pages=1, chunks=1, created_at=NOW, updated_at=NOW,
)  # fmt: skip


def citation(start: int, end: int, quote: str, page: int = 1) -> Citation:
    return Citation(marker=1, document=DOCUMENT, page=page, start=start, end=end, quote=quote)


def sentence(text: str, *citations: Citation) -> Sentence:
    return Sentence(text=text, citations=citations, support=Support.SUPPORTED)


@given(st.text(min_size=1), st.data())
def test_a_slice_of_its_page_stands_and_anything_else_does_not(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    page = Page(number=1, text=text)
    assert stands(citation(start, end, text[start:end]), page)
    assert not stands(citation(start, end, text[start:end] + "!"), page)
    assert not stands(citation(start, end, text[start:end], page=2), page)
    assert not stands(citation(start, end, text[start:end]), None)


@given(st.text(max_size=20), st.integers(-30, 30), st.integers(-30, 30), st.text(max_size=20))
def test_what_stands_is_never_empty_and_never_counted_from_the_end(
    text: str, start: int, end: int, quote: str
) -> None:
    if stands(citation(start, end, quote), Page(number=1, text=text)):
        assert 0 <= start < end
        assert quote
        assert text[start:end] == quote


def test_a_sentence_of_the_very_words_it_quotes_is_supported() -> None:
    page = Page(number=1, text="It is grey.\nIt stands  in the reeds.")
    checked = check(
        sentence("It stands in the reeds.", citation(12, 36, "It stands  in the reeds.")), lambda _: page
    )
    assert checked.support is Support.SUPPORTED


def test_a_sentence_that_says_more_than_its_quote_is_not_supported() -> None:
    page = Page(number=1, text="It is grey.")
    checked = check(sentence("It is not grey.", citation(0, 11, "It is grey.")), lambda _: page)
    assert (checked.support, len(checked.citations)) == (Support.UNSUPPORTED, 1)


def test_a_citation_that_does_not_stand_is_taken_away() -> None:
    page = Page(number=1, text="It is grey.")
    right, wrong = citation(0, 11, "It is grey."), citation(0, 11, "It is blue.")
    assert check(sentence("It is grey.", wrong, right), lambda _: page).citations == (right,)
    gone = check(sentence("It is blue.", wrong), lambda _: page)
    assert (gone.support, gone.citations) == (Support.UNSUPPORTED, ())


def test_a_page_that_is_gone_supports_nothing() -> None:
    checked = check(sentence("It is grey.", citation(0, 11, "It is grey.")), lambda _: None)
    assert (checked.support, checked.citations) == (Support.UNSUPPORTED, ())


@pytest.mark.parametrize(
    ("text", "kept", "markers", "unknown"),
    [
        ("It is grey [1].", "It is grey.", (1,), ()),
        ("It is grey.[1][3]", "It is grey.", (1, 3), ()),
        ("It is grey. [2]", "It is grey.", (2,), ()),
        ("It is grey [1, 3].", "It is grey.", (1, 3), ()),
        ("It is grey [1-3].", "It is grey.", (1, 2, 3), ()),
        ("It is grey [3][3].", "It is grey.", (3,), ()),
        ("It is [2] grey.", "It is grey.", (2,), ()),
        ("It is grey [4].", "It is grey [4].", (), (4,)),
        ("It is grey [0].", "It is grey [0].", (), (0,)),
        ("It is grey [1, 9].", "It is grey [1, 9].", (), (9,)),
        ("It is grey [2024].", "It is grey [2024].", (), (2024,)),
        ('It says "grey [1] or so" there.', 'It says "grey [1] or so" there.', (), ()),
        ("It says “grey [1]” there [2].", "It says “grey [1]” there.", (2,), ()),
        ("Call `list[1]` first [2].", "Call `list[1]` first.", (2,), ()),
    ],
)
def test_markers_are_those_shown_and_not_those_of_quoted_text(
    text: str, kept: str, markers: tuple[int, ...], unknown: tuple[int, ...]
) -> None:
    assert read(text, 3) == (Cited(text=kept, markers=markers, unknown=unknown),)


def test_a_marker_behind_the_stop_belongs_to_the_sentence_before() -> None:
    first, second = read("It is grey. [1] [2] It stands in the reeds. [3]", 3)
    assert (first.text, first.markers) == ("It is grey.", (1, 2))
    assert (second.text, second.markers) == ("It stands in the reeds.", (3,))


@given(st.text(alphabet='ab.“”"`[]0123 \n,-', max_size=120), st.integers(0, 5))
def test_no_marker_is_ever_taken_that_was_not_shown(text: str, shown: int) -> None:
    for cited in read(text, shown):
        assert all(1 <= marker <= shown for marker in cited.markers)
        assert not any(1 <= marker <= shown for marker in cited.unknown)


@given(st.text(alphabet="abc .,[1]", max_size=40), st.text(alphabet="abc ,.", min_size=1, max_size=20))
def test_what_stands_between_quotation_marks_is_no_citation(before: str, inside: str) -> None:
    plain = [cited.markers for cited in read(before, 1) if cited.markers]
    quoted = [cited.markers for cited in read(f'{before} "{inside}[1]{inside}"', 1) if cited.markers]
    assert len(quoted) <= len(plain) or not plain
    if not plain:
        assert quoted == []
