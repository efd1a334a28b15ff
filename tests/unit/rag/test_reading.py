"""A passage is read with its surroundings: cut sentences whole, a header wherever it stands, offsets exact."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag.evidence import weigh
from rag.heads import head, lead_in, names_columns
from rag.quote import choose
from rag.reading import Reading, surroundings
from rag.types import Block, BlockKind, Chunk, Page, Passage, Question
from tests import factories
from tests.fakes import FakeEmbedder

ROW, ITEM, TEXT = BlockKind.ROW, BlockKind.ITEM, BlockKind.PARAGRAPH


def page_of(*lines: tuple[BlockKind, str]) -> Page:
    """Blocks below each other, parted by blank lines where their kinds differ."""
    text, blocks = "", []
    for kind, line in lines:
        if blocks:
            text += "\n" if blocks[-1].kind is kind else "\n\n"
        blocks.append(Block(start=len(text), end=len(text) + len(line), kind=kind))
        text += line
    return Page(number=1, text=text, blocks=tuple(blocks))


def found_in(page: Page, start: int, end: int) -> Passage:
    """The chunk of a page between two offsets."""
    touched = tuple(block for block in page.blocks if block.end > start and block.start < end)
    chunk = Chunk(page=1, start=start, end=end, text=page.text[start:end], blocks=touched)
    return factories.passage(chunk, of=factories.document())


def reading_of(page: Page, words: str) -> Reading:
    """A page read for a chunk of just these words."""
    start = page.text.index(words)
    return surroundings(found_in(page, start, start + len(words)), page)


def head_of(page: Page, row: str) -> list[str]:
    reading = reading_of(page, row)
    piece = next(each for each in reading.pieces if reading.text(each) == row)
    return [page.text[start:end] for start, end in head(reading, piece)]


def quotes(page: Page, words: str) -> list[str]:
    """What is quoted where a chunk of just these words is found."""
    start = page.text.index(words)
    passage = found_in(page, start, start + len(words))
    asked = Question(text=words)
    evidence = weigh(asked, [passage], FakeEmbedder(), {(passage.document.id, 1): page})
    return [sentence.text for sentence in choose(asked, evidence)]


def test_a_sentence_that_the_end_of_the_chunk_cuts_is_read_whole() -> None:
    page = Page(number=1, text="Cats sleep all day. The fee for a new badge is five euros. Dogs run.")
    assert quotes(page, "The fee for a new") == ["The fee for a new badge is five euros."]


def test_a_page_that_changed_since_is_not_read_with_the_passage() -> None:
    page = Page(number=1, text="The fee for a new badge is five euros.")
    passage = found_in(page, 0, len("The fee for a new"))
    changed = Page(number=1, text="Another text stands here by now, and says something else.")
    reading = surroundings(passage, changed)
    assert [reading.text(piece) for piece in reading.pieces] == ["The fee for a new"]


def test_a_header_far_above_the_chunk_is_quoted_with_the_row() -> None:
    rows = [(ROW, f"Room {number} {number + 20} euros") for number in range(300)]
    page = page_of((ROW, "Room Price"), *rows)
    assert quotes(page, "Room 290 310 euros") == ["Room Price", "Room 290 310 euros"]


def test_the_unit_above_a_table_comes_with_its_header_but_prose_does_not() -> None:
    page = page_of(
        (
            TEXT,
            "Sales grew in all regions this year, as the table below shows in millions of euros for each of them.",
        ),
        (BlockKind.HEADING, "(in millions of euros)"),
        (ROW, "Region 2024 2023"),
        (ROW, "North 12 10"),
    )
    assert head_of(page, "North 12 10") == ["(in millions of euros)\n\nRegion 2024 2023"]


def test_a_header_that_a_line_of_units_parts_from_its_rows_is_found() -> None:
    page = page_of(
        (TEXT, "Leases."),
        (ROW, "May 2024 May 2023"),
        (TEXT, "(In millions)"),
        (ROW, "Rent 77 55"),
        (ROW, "Other 4 2"),
    )
    assert head_of(page, "Other 4 2") == ["May 2024 May 2023\n\n(In millions)"]


def test_two_rows_may_name_the_columns() -> None:
    page = page_of(
        (ROW, "Shift Hours"), (ROW, "from to"), (ROW, "Early 6:00 14:00"), (ROW, "Late 14:00 22:00")
    )
    assert head_of(page, "Late 14:00 22:00") == ["Shift Hours\nfrom to"]


def test_a_table_without_a_header_gets_none() -> None:
    page = page_of((ROW, "Attic 90 euros"), (ROW, "Cellar 40 euros"))
    assert head_of(page, "Cellar 40 euros") == []


def test_the_header_of_another_table_is_not_taken() -> None:
    page = page_of(
        (ROW, "Room Price"),
        (ROW, "Attic 90"),
        (TEXT, "Meals cost extra, and are paid at the desk."),
        (ROW, "Tea 2"),
    )
    assert head_of(page, "Tea 2") == []


def test_a_row_that_names_its_columns_itself_gets_no_header() -> None:
    page = page_of((ROW, "City | Limit"), (ROW, "City: Rome | Limit: 120"), (ROW, "City: Oslo | Limit: 160"))
    assert head_of(page, "City: Oslo | Limit: 160") == []


def test_marks_of_footnotes_do_not_end_a_table() -> None:
    page = page_of((ROW, "Product 2024"), (ROW, "Phone 40"), (TEXT, "® (1)"), (ROW, "Watch 8"))
    assert head_of(page, "Watch 8") == ["Product 2024"]


def test_a_header_is_known_as_such_on_its_page() -> None:
    page = page_of((ROW, "Room Price"), (ROW, "Attic 90 euros"))
    reading = reading_of(page, "Room Price")
    assert [names_columns(reading, piece) for piece in reading.pieces] == [True, False]


def test_an_item_is_read_below_the_lead_in_of_its_list_outside_the_chunk() -> None:
    items = [
        (ITEM, f"- thing number {number} of the many things that you need there") for number in range(40)
    ]
    page = page_of((TEXT, "Cats sleep. Bring along:"), *items)
    wanted = items[35][1]
    assert quotes(page, wanted) == ["Bring along:", wanted]


def test_a_list_below_a_whole_sentence_has_no_lead_in() -> None:
    page = page_of((TEXT, "Cats sleep."), (ITEM, "- a passport"))
    reading = reading_of(page, "- a passport")
    assert lead_in(reading, len(reading.pieces) - 1) is None


@given(st.text(alphabet="ab .\n|:-1?", min_size=1, max_size=300), st.data())
def test_every_quote_is_the_slice_of_the_page_that_its_citation_names(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)) | {0, len(text)})
    kinds = data.draw(st.lists(st.sampled_from(BlockKind), min_size=len(cuts) - 1, max_size=len(cuts) - 1))
    blocks = tuple(
        Block(start=a, end=b, kind=kind)
        for (a, b), kind in zip(pairwise(cuts), kinds, strict=True)
        if text[a:b].strip()
    )
    page = Page(number=1, text=text, blocks=blocks)
    start = data.draw(st.integers(0, len(text) - 1))
    passage = found_in(page, start, data.draw(st.integers(start + 1, len(text))))
    asked = Question(text="What are the a 1?")
    spans = [
        (citation.start, citation.end, citation.quote)
        for sentence in choose(
            asked, weigh(asked, [passage], FakeEmbedder(), {(passage.document.id, 1): page})
        )
        for citation in sentence.citations
    ]
    assert all(page.text[a:b] == quote for a, b, quote in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
