import pytest

from ingest.parsers.registry import read
from rag.types import MediaType, Parsed
from tests.fixtures.samples import name, sample


@pytest.fixture(scope="module", params=MediaType)
def parsed(request: pytest.FixtureRequest) -> Parsed:
    kind: MediaType = request.param
    found = read(sample(kind), name(kind))
    assert found.media_type is kind
    return found


def test_each_kind_has_a_parser_and_a_fixture(parsed: Parsed) -> None:
    assert [page.number for page in parsed.pages] == [1]
    assert parsed.pages[0].text.strip()


def test_the_blocks_of_each_kind_cover_its_text_and_stand_in_order(parsed: Parsed) -> None:
    page = parsed.pages[0]
    bounds = [bound for block in page.blocks for bound in (block.start, block.end)]
    assert bounds == sorted(bounds)
    held = "".join(page.text[block.start : block.end] for block in page.blocks)
    assert "".join(held.split()) == "".join(page.text.split())
