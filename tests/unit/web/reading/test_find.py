import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.reading import find as module
from web.reading.find import find, folded, spans

WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)


def found(query: str, text: str) -> list[str]:
    return [text[start:end] for start, end in spans(query, text)]


@pytest.mark.parametrize(
    ("query", "text", "places"),
    [
        ("leave", "Leave it. LEAVE!", ["Leave", "LEAVE"]),
        ("cafe", "Café CAFE\u0301 cafe", ["Café", "CAFE\u0301", "cafe"]),
        ("Café", "cafe", ["cafe"]),
        ("strasse", "Straße, STRASSE", ["Straße", "STRASSE"]),
        ("straße", "Strasse", ["Strasse"]),
        ("information", "infor-\nmation in-\n  formation", ["infor-\nmation", "in-\n  formation"]),
        ("information", "infor\u00admation", ["infor\u00admation"]),
        ("annual leave", "annual\nleave annual  leave", ["annual\nleave", "annual  leave"]),
        ("thirty-six", "thirty six, thirtysix, thirty-\nsix", ["thirty six", "thirtysix", "thirty-\nsix"]),
        ("thirty six", "thirty-six", ["thirty-six"]),
        ("fluss", "ﬂuß", ["ﬂuß"]),
        ("a.b*", "a.b* axb", ["a.b*"]),
        ("über", "Übersicht", ["Über"]),
        ("istanbul", "İstanbul", ["İstanbul"]),
        ("мир", "МИР", ["МИР"]),
        ("有給", "年次有給休暇", ["有給"]),
        ("leave", "le ave", []),
        ("", "anything", []),
        ("  -  ", "a - b", []),
    ],
)
def test_words_are_found_however_they_are_written(query: str, text: str, places: list[str]) -> None:
    assert found(query, text) == places


@given(WORDS)
def test_a_folded_text_is_as_long_as_before(text: str) -> None:
    assert len(folded(text)) == len(text)


@given(WORDS, WORDS, WORDS)
def test_every_word_is_found_where_it_stands(before: str, word: str, after: str) -> None:
    word = "".join(letter for letter in word if letter.isalnum()) or "x"
    assert spans(word, f"{before} {word} {after}")


@given(WORDS, WORDS)
def test_places_are_in_order_and_share_no_letter(query: str, text: str) -> None:
    places = spans(query, text)
    ends = [0, *(end for _, end in places)]
    assert all(last <= start < end for last, (start, end) in zip(ends, places, strict=False))


PAGES = [(1, "", "pump " * 3), (2, "", "none"), (3, "Slide 3", f"{'before ' * 20}a pump{' after' * 20}")]


def test_places_are_counted_by_page_and_shown_within_their_line() -> None:
    hits = find("PUMP", PAGES)
    assert (hits.total, hits.counts, hits.more) == (4, {1: 3, 3: 1}, False)
    spot = hits.spots[-1]
    assert (spot.page, spot.label, spot.hit, spot.found) == (3, "Slide 3", 1, "pump")
    assert (spot.before[:8], spot.before[-9:]) == ("…before ", "before a ")
    assert (spot.after[:6], spot.after[-6:]) == (" after", "after…")


def test_from_each_place_there_is_a_way_to_its_neighbours() -> None:
    hits = find("pump", PAGES)
    assert hits.beside(1, 1) == (None, (1, 2))
    assert hits.beside(1, 3) == ((1, 2), (3, 1))
    assert hits.beside(2, 0) == ((1, 3), (3, 1))
    assert hits.beside(3, 1) == ((1, 3), None)
    assert [hits.at(page, hit) for page, hit in ((1, 1), (1, 3), (3, 1))] == [1, 3, 4]


def test_a_hundred_places_are_listed_and_the_others_counted() -> None:
    hits = find("e", [(number, "", "e " * 30) for number in range(1, 6)])
    assert (len(hits.spots), hits.total, hits.more) == (100, 150, False)


def test_counting_ends_where_nobody_would_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COUNTED", 50)
    hits = find("e", [(number, "", "e " * 30) for number in range(1, 6)])
    assert (hits.total, hits.counts, hits.more) == (50, {1: 30, 2: 20}, True)
