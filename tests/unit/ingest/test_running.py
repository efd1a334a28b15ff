from ingest.running import running_lines
from rag.boxes import WordBox, pack
from rag.types import Page


def page(number: int, *lines: tuple[float, str]) -> Page:
    """A page 800 points high with lines given by their top."""
    boxes, at = [], 0
    for top, text in lines:
        boxes.append(WordBox(start=at, end=at + len(text), left=72, top=top, right=300, bottom=top + 10))
        at += len(text) + 1
    text = "\n".join(text for _, text in lines)
    return Page(number=number, text=text, words=pack(boxes), width=600, height=800)


def cut(pages: list[Page]) -> dict[int, list[str]]:
    by_number = {each.number: each.text for each in pages}
    cuts = running_lines(pages)
    return {number: [by_number[number][a:b].strip() for a, b, _ in edits] for number, edits in cuts.items()}


def test_a_footer_with_the_page_number_is_cut_but_for_the_first() -> None:
    pages = [page(n, (300, f"Body {'x' * n}"), (770, f"Acme Ltd | Page {n} of 5")) for n in range(1, 6)]
    assert cut(pages) == {n: [f"Acme Ltd | Page {n} of 5"] for n in range(2, 6)}


def test_mere_page_numbers_are_cut_everywhere() -> None:
    pages = [page(n, (300, f"Body {'x' * n}"), (770, f"- {n + 4} -")) for n in range(1, 5)]
    assert cut(pages) == {n: [f"- {n + 4} -"] for n in range(1, 5)}


def test_headers_of_odd_and_even_pages_are_both_found() -> None:
    heads = ("Chapter of errors", "Book of errors")
    pages = [page(n, (20, heads[n % 2]), (300, f"Body {'x' * n}")) for n in range(1, 9)]
    assert sorted(cut(pages)) == [3, 4, 5, 6, 7, 8]


def test_a_footer_that_follows_the_text_wherever_it_ends_is_found() -> None:
    pages = [page(n, (100, f"Body {'x' * n}"), (200 + 37 * n, "Acme Ltd")) for n in range(1, 7)]
    assert sorted(cut(pages)) == [2, 3, 4, 5, 6]


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
