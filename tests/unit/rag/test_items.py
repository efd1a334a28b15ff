"""How items of a list are told, and laid out."""

import pytest

from rag.items import is_item, laid_out


@pytest.mark.parametrize("text", ["- a passport", "• two photos", "1. Ask.", "(b) or else", "iv) the last"])
def test_what_begins_with_a_mark_is_an_item(text: str) -> None:
    assert is_item(text)
    assert is_item(f"Bring {text}", 6)


@pytest.mark.parametrize(
    "text", ["", "Bring along:", "1.5 litres", "-5 degrees", "2024 was wet.", "I. Newton"]
)
def test_what_begins_otherwise_is_none(text: str) -> None:
    assert not is_item(text)


def test_items_have_lines_of_their_own_and_sentences_share_theirs() -> None:
    said = [("Rain fell.", False), ("Bring:", False), ("- a coat", True), ("- boots", True), ("Go.", False)]
    assert laid_out(said) == "Rain fell. Bring:\n- a coat\n- boots\nGo."
    assert laid_out(said[:3], "  \n") == "Rain fell. Bring:  \n- a coat"
    assert laid_out([]) == ""
