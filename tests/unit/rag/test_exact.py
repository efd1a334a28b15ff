"""What of a question is looked for letter by letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.exact import MOST, phrases


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ('Who said "let it be"?', ["let it be"]),
        ("Was heißt „auf eigene Rechnung“?", ["auf eigene Rechnung"]),
        ("Que veut dire «force majeure» ?", ["force majeure"]),
        ("What is due for INV-2024-7?", ["INV-2024-7"]),
        ("Does section 4.2.1 apply to part 12/B?", ["4.2.1", "12/B"]),
        ("Is 1,200 the limit?", ["1,200"]),
        ("How many sacks in 2015?", []),
        ("What's the well-known policy?", []),
        ("", []),
    ],
)
def test_quotes_and_codes_are_found(question: str, found: list[str]) -> None:
    assert list(phrases(question)) == found


@given(st.text(max_size=300))
def test_any_text_has_few_phrases_and_each_stands_in_it(text: str) -> None:
    found = phrases(text)
    assert len(found) <= MOST
    assert all(phrase in text for phrase in found)
