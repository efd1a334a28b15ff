"""Sentence spans: the law, and the cases that a naive splitter gets wrong."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.sentences import pieces, split
from rag.types import Block, BlockKind, Chunk

PIECES = st.sampled_from(
    [
        "Dr. ",
        "a",
        "Zed",
        ". ",
        ".",
        "? ",
        "!\n",
        "\n",
        "\n\n",
        " ",
        "- ",
        "1. ",
        "5.5",
        "。",
        "؟ ",
        "।",
        '"',
        ")",
        "\t",
        "U.S. ",
    ]
)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_spans_are_in_order_apart_and_cover_every_character_but_blanks(text: str) -> None:
    spans = split(text)
    inside = [offset for start, end in spans for offset in range(start, end)]
    assert inside == sorted(set(inside))
    assert all(start < end and text[start:end] == text[start:end].strip() for start, end in spans)
    assert {i for i, character in enumerate(text) if not character.isspace()} <= set(inside)


@pytest.mark.parametrize("text", ["", "   ", "\n\n\t"])
def test_blank_text_has_no_sentences(text: str) -> None:
    assert split(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith met Prof. J. R. Doe at noon.",
        "It grew by 3.5 percent at 5 p.m. Eastern time.",
        "Acme Inc. Holdings bought it, i.e. all of it.",
        "See No. 5 and Fig. 3 for details.",
        "The U.S. Department of State agreed.",
        "Yahoo! is a company.",
        '"Really?" he asked.',
        "1. Open the door.",
        "Employees get twenty-five days of leave in every full year, which they\nmay keep until March.",
    ],
)
def test_a_stop_inside_a_sentence_does_not_end_it(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is in the U.S. He left.", ["It is in the U.S.", "He left."]),
        ("No. That is wrong.", ["No.", "That is wrong."]),
        ("The price is 5. Pay it.", ["The price is 5.", "Pay it."]),
        ('He said "go." Then he left.', ['He said "go."', "Then he left."]),
        ("(See above.) It works.[1][2] Fine!", ["(See above.)", "It works.[1][2]", "Fine!"]),
        ("And so on… More came... Then none.", ["And so on…", "More came...", "Then none."]),
        ("我喜欢。你呢？好！", ["我喜欢。", "你呢？", "好！"]),
        ("هل هذا صحيح؟ نعم.", ["هل هذا صحيح؟", "نعم."]),
        ("यह है। वह भी है।", ["यह है।", "वह भी है।"]),
    ],
)
def test_a_stop_ends_a_sentence_in_many_scripts(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


NOTED = [
    "so the first thing is that returns go to the desk in ashford.",
    "they are looked at by whoever is there, e.g. the foreman or j. field.",
    "we pay 2.5 percent less after may.",
    "why is that?",
    "because nobody asked for it.",
]


def test_in_a_long_text_without_capitals_sentences_end_at_their_stops() -> None:
    assert sentences(" ".join(NOTED)) == NOTED


def test_a_text_that_only_begins_in_lower_case_is_read_as_any_other() -> None:
    text = " ".join(NOTED[:3]) + " Nobody knows wh. it is. " + " ".join(NOTED[3:])
    assert sentences(text)[0].startswith(" ".join(NOTED[:3]))


def test_two_short_notes_may_be_abbreviations() -> None:
    assert sentences("wages incl. tips and excl. tax. more below.") == [
        "wages incl. tips and excl. tax. more below."
    ]


def test_list_items_stand_alone_and_keep_their_wrapped_lines() -> None:
    text = "You need:\n- a passport\n- two photos that are\n  not older than a year\n2. Wait."
    assert sentences(text) == [
        "You need:",
        "- a passport",
        "- two photos that are\n  not older than a year",
        "2. Wait.",
    ]


def test_rows_of_a_table_stand_alone() -> None:
    text = "Net sales $ 89,498 $ 90,146\nCost of sales 49,071 52,051\n| a | b |\n| c | d |\nname\tage"
    assert sentences(text) == text.split("\n")


def test_a_heading_is_not_joined_to_the_paragraph_below_it() -> None:
    text = "Parental leave\nEvery parent may take twelve weeks of paid leave within a year of the birth."
    assert sentences(text) == text.split("\n")


def test_a_blank_line_ends_a_sentence_without_a_stop() -> None:
    assert sentences("one part\n\nanother part") == ["one part", "another part"]


def chunk(text: str, *blocks: tuple[str, BlockKind], start: int = 0) -> Chunk:
    """A chunk at an offset of its page, with the blocks that those stretches of it are."""
    found = tuple(
        Block(start=start + text.index(part), end=start + text.index(part) + len(part), kind=kind)
        for part, kind in blocks
    )
    return Chunk(page=1, start=start, end=start + len(text), text=text, blocks=found)


def test_rows_and_headings_stay_whole_and_paragraphs_are_split() -> None:
    row = "E1 No water. Open the tap\nand wait"
    text = f"Faults etc. Of all kinds\n{row}\nCall us. We help."
    found = pieces(
        chunk(
            text,
            ("Faults etc. Of all kinds", BlockKind.HEADING),
            (row, BlockKind.ROW),
            ("Call us. We help.", BlockKind.PARAGRAPH),
            start=40,
        )
    )
    assert [text[piece.start : piece.end] for piece in found] == [
        "Faults etc. Of all kinds",
        row,
        "Call us.",
        "We help.",
    ]
    assert [piece.kind for piece in found] == [
        BlockKind.HEADING,
        BlockKind.ROW,
        BlockKind.PARAGRAPH,
        BlockKind.PARAGRAPH,
    ]


def test_a_chunk_without_blocks_has_its_sentences() -> None:
    text = "One here. Two there."
    assert [text[piece.start : piece.end] for piece in pieces(chunk(text))] == ["One here.", "Two there."]


@given(
    st.lists(PIECES, max_size=30),
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from(BlockKind)), max_size=4),
)
def test_pieces_cover_every_character_but_blanks_whatever_the_blocks(
    parts: list[str], cuts: list[tuple[int, BlockKind]]
) -> None:
    text = "".join(parts)
    ends = sorted(cuts, key=lambda cut: cut[0])
    blocks = tuple(
        Block(start=start, end=end, kind=kind)
        for (start, _), (end, kind) in pairwise([(0, BlockKind.ROW), *ends])
    )
    found = pieces(Chunk(page=1, start=5, end=5 + len(text), text=text, blocks=blocks))
    inside = [offset for piece in found for offset in range(piece.start, piece.end)]
    assert inside == sorted(set(inside))
    assert {i for i, character in enumerate(text) if not character.isspace()} <= set(inside)
