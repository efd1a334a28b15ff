import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parsers import code
from rag.errors import NoText
from rag.types import BlockKind, MediaType
from tests.fixtures.office import CODE


def test_code_is_kept_as_it_is_in_blocks_between_blank_lines() -> None:
    page = code.parse(CODE, "limit.py").pages[0]
    assert page.text == CODE.decode()
    assert [(b.kind, page.text[b.start : b.end]) for b in page.blocks] == [
        (BlockKind.CODE, "def limit(city):\n    return 120"),
        (BlockKind.CODE, "print(limit('Rome'))"),
    ]


@given(st.text().filter(str.strip))
def test_blocks_hold_all_letters_in_order(content: str) -> None:
    page = code.parse(content.encode(), "x.py").pages[0]
    held = "".join(page.text[block.start : block.end] for block in page.blocks)
    assert "".join(held.split()) == "".join(page.text.split())


def test_long_stanzas_are_cut_where_lines_begin_at_the_left() -> None:
    source = "".join(f"def f{number}():\n        return {number}\n" for number in range(200))
    page = code.parse(source.encode(), "x.py").pages[0]
    assert len(page.blocks) > 5
    assert all(page.text.startswith("def", block.start) for block in page.blocks)


@pytest.mark.parametrize("data", [b"[" * 1_000_000, b'{"a":' * 200_000, b'{"a": 1}\n{"b": 2}', b'{"broken'])
def test_json_is_text_however_deep_or_broken(data: bytes) -> None:
    parsed = code.parse_json(data, "x.json")
    assert parsed.media_type is MediaType.JSON
    assert parsed.pages[0].text == data.decode()


def test_blanks_alone_are_no_text() -> None:
    with pytest.raises(NoText):
        code.parse(b" \n", "x.py")
