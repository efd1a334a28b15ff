import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.offsets import Edit, OffsetMap


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(st.text(max_size=40))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return text, [(start, end, draw(st.text(max_size=4))) for start, end in pairs]


@given(edited())
def test_offsets_stay_in_order_and_inside_the_text(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    moves = OffsetMap.of(text, edits)
    moved = moves.moved(np.arange(len(text) + 1))
    assert (np.diff(moved) >= 0).all()
    assert moved[0] >= 0
    assert moved[-1] == len(moves.text)


@given(edited())
def test_what_no_edit_touches_is_found_again(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    moves = OffsetMap.of(text, edits)
    bounds = [0, *(bound for start, end, _ in edits for bound in (start, end)), len(text)]
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        for at in range(start, end):
            new = int(moves.moved(np.array(at)))
            assert moves.text[new] == text[at]


def test_an_offset_inside_an_edit_goes_no_farther_than_its_replacement() -> None:
    moves = OffsetMap.of("abcdef", [(1, 5, "xy")])
    assert moves.text == "axyf"
    assert moves.moved(np.arange(7)).tolist() == [0, 1, 2, 3, 3, 3, 4]


@pytest.mark.parametrize(
    "edits", [[(2, 2, "x")], [(3, 4, ""), (1, 2, "")], [(0, 3, ""), (2, 4, "")], [(4, 9, "")]]
)
def test_edits_out_of_order_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="out of order"):
        OffsetMap.of("abcdef", edits)
