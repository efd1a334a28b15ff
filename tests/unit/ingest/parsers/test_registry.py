import pytest

from ingest.parsers.registry import parser_for
from rag.types import MediaType
from tests.fixtures.documents import NAMES, SAMPLES


@pytest.mark.parametrize("kind", MediaType)
def test_each_kind_has_a_parser_and_a_fixture(kind: MediaType) -> None:
    parsed = parser_for(kind)(SAMPLES[kind], NAMES[kind])
    assert parsed.media_type is kind
    assert [page.number for page in parsed.pages] == [1]
    assert parsed.pages[0].text.strip()


@pytest.mark.parametrize("kind", MediaType)
def test_the_blocks_of_each_kind_cover_its_text(kind: MediaType) -> None:
    page = parser_for(kind)(SAMPLES[kind], NAMES[kind]).pages[0]
    held = "".join(page.text[block.start : block.end] for block in page.blocks)
    assert "".join(held.split()) == "".join(page.text.split())
