import pytest

from ingest.running import running_lines
from rag.boxes import WordBox, pack
from rag.types import Page


def page(number: int, *lines: tuple[float, str], first_height: float = 10) -> Page:
    """A page 800 points high with lines given by their top; `first_height` is that of the first one."""
    boxes, at = [], 0
    for top, text in lines:
        bottom = top + (10 if boxes else first_height)
        boxes.append(WordBox(start=at, end=at + len(text), left=72, top=top, right=300, bottom=bottom))
        at += len(text) + 1
    text = "\n".join(text for _, text in lines)
    return Page(number=number, text=text, words=pack(boxes), width=600, height=800)


def cut(pages: list[Page]) -> dict[int, list[str]]:
    by_number = {each.number: each.text for each in pages}
    cuts = running_lines(pages)
    return {number: [by_number[number][a:b].strip() for a, b, _ in edits] for number, edits in cuts.items()}


@pytest.mark.parametrize(
    "footer",
    ["Acme Ltd | Page {} of 5", "Published on 7 August 2025 Page {} of 5", "3 of 4 copies, {}, 2 a year"],
)
def test_a_footer_with_the_page_number_is_cut_from_every_page(footer: str) -> None:
    pages = [page(n, (300, f"Body {'x' * n}"), (770, footer.format(n))) for n in range(1, 6)]
    assert cut(pages) == {n: [footer.format(n)] for n in range(1, 6)}


def test_a_title_that_runs_on_as_header_stays_where_it_is_a_title() -> None:
    body = [(300.0 + 20 * n, "Body" + n * "x") for n in range(5)]
    title = page(1, (20, "Annual report"), *body, first_height=20)
    pages = [title, *(page(n, (20, "Annual report"), *body[:n]) for n in range(2, 6))]
    assert sorted(cut(pages)) == [2, 3, 4, 5]


def test_what_runs_through_one_chapter_only_stays_where_the_chapter_begins() -> None:
    heads = dict.fromkeys(range(4, 7), "Of errors")
    pages = [page(n, (20, heads.get(n, "y" * n)), (300, f"Body {'x' * n}")) for n in range(1, 13)]
    assert sorted(cut(pages)) == [5, 6]


def test_mere_page_numbers_are_cut_everywhere() -> None:
    pages = [page(n, (300, f"Body {'x' * n}"), (770, f"- {n + 4} -")) for n in range(1, 5)]
    assert cut(pages) == {n: [f"- {n + 4} -"] for n in range(1, 5)}


def test_headers_of_odd_and_even_pages_are_both_found() -> None:
    heads = ("Chapter of errors", "Book of errors")
    pages = [page(n, (20, heads[n % 2]), (300, f"Body {'x' * n}")) for n in range(1, 9)]
    assert sorted(cut(pages)) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_footer_that_follows_the_text_wherever_it_ends_is_found() -> None:
    pages = [page(n, (100, f"Body {'x' * n}"), (200 + 37 * n, "Acme Ltd")) for n in range(1, 7)]
    assert sorted(cut(pages)) == [1, 2, 3, 4, 5, 6]


def test_numbered_headings_are_not_taken_for_running_lines() -> None:
    starts = {1: 1, 2: 4, 3: 9, 4: 11}
    pages = [page(at, (20, f"Chapter {n}"), (300, f"Body {'x' * n}")) for n, at in starts.items()]
    assert cut(pages) == {}


def test_what_repeats_in_the_middle_of_pages_stays() -> None:
    pages = [
        page(n, (100, f"Top {'x' * n}"), (400, "See note"), (600, f"End {'y' * n}")) for n in range(1, 9)
    ]
    assert cut(pages) == {}


def test_two_pages_are_too_few_to_tell() -> None:
    assert cut([page(n, (20, "Acme Ltd"), (300, f"Body {'x' * n}")) for n in (1, 2)]) == {}


def test_a_page_of_a_single_line_keeps_it() -> None:
    assert cut([page(n, (20, "Intentionally left blank")) for n in range(1, 6)]) == {}
