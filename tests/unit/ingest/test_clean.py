from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean, readable
from rag.boxes import WordBox, pack, unpack
from rag.types import Block, BlockKind, MediaType, Page, Parsed

WORDS = st.text(alphabet="abeltn-ﬁ\u00ad\u200d\u00a0é1Aक", min_size=1, max_size=6).filter(str.strip)
LINES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
KINDS = st.sampled_from(list(BlockKind))


@st.composite
def pages(draw: st.DrawFn) -> Page:
    """A page as the PDF parser makes it: blocks of lines, words with boxes."""
    blocks: list[Block] = []
    words: list[WordBox] = []
    text = ""
    top = draw(st.sampled_from((20.0, 300.0)))
    for kind, lines in draw(st.lists(st.tuples(KINDS, st.lists(LINES, min_size=1, max_size=3)), max_size=4)):
        text += "\n" if text else ""
        blocks.append(Block(start=len(text), end=len(text) + len("\n".join(lines)), kind=kind))
        for index, line in enumerate(lines):
            text += "\n" if index else ""
            for at, word in enumerate(line.split(" ")):
                text += " " if at else ""
                start, text = len(text), text + word
                box = {"left": len(words) + 0.5, "top": top, "right": len(words) + 1.0, "bottom": top + 10}
                words.append(WordBox(start=start, end=len(text), **box))
            top += 12
    return Page(number=1, text=text, blocks=tuple(blocks), words=pack(words), width=600, height=800)


def document(*drawn: Page) -> Parsed:
    numbered = tuple(replace(page, number=number) for number, page in enumerate(drawn, start=1))
    return Parsed(title="", media_type=MediaType.PDF, pages=numbered)


def cleaned(text: str, kind: BlockKind = BlockKind.PARAGRAPH) -> str:
    page = Page(number=1, text=text, blocks=(Block(start=0, end=len(text), kind=kind),))
    return clean(document(page)).pages[0].text


@given(st.lists(pages(), max_size=3).map(lambda drawn: drawn * 3))
def test_cleaning_twice_is_cleaning_once(drawn: list[Page]) -> None:
    once = clean(document(*drawn))
    assert clean(once) == once


@given(pages())
def test_a_box_covers_the_same_letters_after_as_before(page: Page) -> None:
    after = clean(document(page)).pages[0]
    before = {word.left: page.text[word.start : word.end] for word in unpack(page.words)}
    for word in unpack(after.words):
        letters = readable(before[word.left])
        assert after.text[word.start : word.end].split() in (
            letters.split(),
            letters.rstrip().rstrip("-").split(),
        )


@given(pages())
def test_blocks_stay_in_order_and_hold_text(page: Page) -> None:
    after = clean(document(page)).pages[0]
    bounds = [bound for block in after.blocks for bound in (block.start, block.end)]
    assert bounds == sorted(bounds)
    assert all(after.text[block.start : block.end].strip() for block in after.blocks)


def test_the_lines_of_a_paragraph_become_one() -> None:
    assert cleaned("The quick brown\nfox jumps") == "The quick brown fox jumps"


def test_the_lines_of_code_stay() -> None:
    assert cleaned("if x:\n    y", BlockKind.CODE) == "if x:\n    y"


def test_ligatures_odd_blanks_soft_hyphens_and_control_characters_become_plain() -> None:
    assert cleaned("eﬃcient\u00a0\u2009oﬃce\x7f, co\u00adop\x01") == "efficient office, coop"


def test_characters_that_show_nothing_are_left_for_screening_to_count() -> None:
    assert cleaned("off\u200bice") == "off\u200bice"


def test_a_soft_hyphen_at_a_line_end_joins_the_word() -> None:
    assert cleaned("docu\u00ad\nment") == "document"


@pytest.mark.parametrize("text", ["क्\u200dष", "می\u200cخواهم", "👩\u200d🔬"])
def test_joiners_stay_where_the_script_needs_them(text: str) -> None:
    assert cleaned(text) == text


def test_blocks_are_set_apart_and_rows_follow_each_other() -> None:
    kinds = (BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ROW, BlockKind.ROW)
    blocks = tuple(Block(start=3 * n, end=3 * n + 2, kind=kind) for n, kind in enumerate(kinds))
    page = Page(number=1, text="aa\nbb\ncc\ndd", blocks=blocks)
    after = clean(document(page)).pages[0]
    assert after.text == "aa\n\nbb\n\ncc\ndd"
    assert [after.text[block.start : block.end] for block in after.blocks] == ["aa", "bb", "cc", "dd"]


def test_plain_text_is_not_touched() -> None:
    page = Page(number=1, text="  eﬃcient \n\n\n a\u00a0b  ")
    parsed = Parsed(title="", media_type=MediaType.TEXT, pages=(page,))
    assert clean(parsed) is parsed
