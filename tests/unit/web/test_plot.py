"""Curves as SVG."""

import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from web.plot import HEIGHT, WIDTH, line_chart

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> list[tuple[float, float]]:
    line = ET.fromstring(svg).find(f"{SVG}polyline")
    assert line is not None
    return [tuple(map(float, pair.split(","))) for pair in line.attrib["points"].split()]


def test_a_curve_goes_from_one_end_of_its_frame_to_the_other() -> None:
    (left, bottom), (middle, centre), (right, top) = drawn(
        line_chart("t", "x", "y", [(0, 0), (0.5, 0.5), (1, 1)])
    )
    assert left < middle < right < WIDTH
    assert 0 < top < centre < bottom < HEIGHT
    assert abs(middle - (left + right) / 2) < 0.1


def test_counts_begin_at_one() -> None:
    svg = line_chart("t", "k", "recall", [(k, 0.5) for k in range(1, 11)])
    assert drawn(svg)[0][0] == drawn(line_chart("t", "x", "y", [(0, 0), (1, 1)]))[0][0]
    assert re.search(r">10<", svg)
    assert svg.count("<circle") == 10


def test_names_cannot_break_out() -> None:
    svg = line_chart("</svg><script>", 'a"b', "<&>", [(1, 1)])
    assert "<script" not in svg
    assert [text.text for text in ET.fromstring(svg).iter(f"{SVG}title")] == ["</svg><script>"]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=300))
def test_every_point_lies_inside_the_picture(points: list[tuple[float, float]]) -> None:
    found = drawn(line_chart("t", "x", "y", points))
    assert len(found) == len(points)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in found)
