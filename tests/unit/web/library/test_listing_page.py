"""The list as somebody narrows and sorts it."""

import io

import pytest
from starlette.testclient import TestClient

from rag.types import MediaType
from tests.unit.web.conftest import Add
from tests.unit.web.markup import links, text
from tests.unit.web.test_documents import rows
from web.library.asked import Asked, offered
from web.wiring import Services


def test_the_list_is_narrowed_to_a_collection_and_to_a_kind(client: TestClient, add: Add) -> None:
    leave = add("leave.txt", "Leave.", collection="people")
    pumps = add("pumps.md", "# Pumps", collection="people")
    rest = add("rest.txt", "Rest.", collection="rest")
    assert sorted(rows(client.get("/documents?collection=people").text)) == sorted([leave.id, pumps.id])
    assert rows(client.get("/documents?collection=people&kind=text/markdown").text) == [pumps.id]
    assert sorted(rows(client.get("/documents?kind=text/plain").text)) == sorted([leave.id, rest.id])
    told = text(client.get("/documents?collection=people").text)
    assert "2 of 3 documents" in told
    nothing = client.get("/documents?collection=rest&kind=text/markdown").text
    assert "No document is like this." in text(nothing)
    assert rows(nothing) == []


def test_the_list_is_sorted_as_is_asked(client: TestClient, add: Add) -> None:
    small, large = add("a.txt", "One."), add("b.txt", "Much more than that.")
    for sort, first in (("", large), ("name", small), ("size", large), ("anything", large)):
        assert rows(client.get(f"/documents?sort={sort}").text)[0] == first.id, sort


def test_whatever_narrows_the_list_is_kept_from_page_to_page_and_from_state_to_state(
    client: TestClient, services: Services
) -> None:
    for n in range(101):
        services.intake.receive(io.BytesIO(str(n).encode()), name=f"{n}.txt", collection="people")
    page = client.get("/documents?q=txt&collection=people&sort=name&state=busy").text
    assert "/documents?q=txt&state=busy&collection=people&sort=name&page=2" in page.replace("&amp;", "&")
    assert "/documents?q=txt&collection=people&sort=name" in page.replace("&amp;", "&")


def test_formats_that_people_take_for_one_are_one_kind() -> None:
    assert offered([MediaType.EML, MediaType.JPEG, MediaType.MSG, MediaType.PDF, MediaType.PNG]) == [
        MediaType.EML,
        MediaType.PNG,
        MediaType.PDF,
    ]
    assert Asked(kind="image/png").filter.kinds == ("image/png", "image/jpeg", "image/tiff")
    assert Asked(kind="anything").filter.kinds == ("anything",)


@pytest.mark.parametrize("query", ["q=%00", "collection=%00&kind=%00&state=%00", "q=%ED%A0%80", "sort=%00"])
def test_what_no_database_can_hold_is_found_nowhere_and_breaks_nothing(
    client: TestClient, add: Add, query: str
) -> None:
    add("leave.txt", "Leave.")
    assert client.get(f"/documents?{query}").status_code == 200


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=99999999999999999999", "count=-1", "did=moved&count=x"]
)
def test_numbers_that_are_none_are_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/documents?{query}").status_code == 422


def test_the_pages_of_the_library_lead_to_each_other(client: TestClient) -> None:
    for path in ("/documents", "/documents/sources", "/documents/collections"):
        page = client.get(path)
        assert page.status_code == 200
        assert page.text.partition("<main")[2].partition("</main>")[0].count("<h1") == 1
        for other in ("/documents", "/documents/sources", "/documents/collections"):
            assert f'href="{other}"' in page.text
    assert links(client.get("/documents").text, "look") == []
