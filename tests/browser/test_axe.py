"""No page keeps anybody out, as far as axe-core can tell: every page there is, in every look."""

import re
from pathlib import Path
from typing import Any

import pytest

from rag.settings import Settings
from tests.browser.barriers import barriers
from tests.browser.looks import READERS
from tests.browser.test_browser import QUESTION, ask, upload
from tests.fakes import FakeEmbedder
from tests.unit.web.test_security import routes
from web.app import create_app
from web.wiring import open_services

PAGES = {
    "/": "/",
    "/c/{conversation_id}": "/c/{conversation}",
    "/c/{conversation_id}/edit/{answer_id}": "/c/{conversation}/edit/{answer}",
    "/c/{conversation_id}/rename": "/c/{conversation}/rename",
    "/c/{conversation_id}/delete": "/c/{conversation}/delete",
    "/conversations": "/conversations",
    "/documents": "/documents",
    "/documents/collections": "/documents/collections",
    "/documents/sources": "/documents/sources",
    "/documents/{document_id}": "/documents/{document}",
    "/documents/{document_id}/read/{number:int}": "/documents/{document}/read/1",
    "/documents/{document_id}/delete": "/documents/{document}/delete",
    "/source/{document_id}/{number:int}": "/source/{document}/2",
    "/source/{document_id}/search": "/source/{document}/search?q=pump",
    "/settings": "/settings",
    "/settings/models": "/settings/models",
    "/settings/voice": "/settings/voice",
    "/settings/sources": "/settings/sources",
    "/settings/storage": "/settings/storage",
    "/settings/storage/rebuild": "/settings/storage/rebuild",
    "/settings/backup": "/settings/backup",
    "/settings/doctor": "/settings/doctor",
    "/settings/doctor/repair": "/settings/doctor/repair",
    "/settings/people": "/settings/people",
    "/overview": "/overview",
    "/gaps": "/gaps",
}
NO_PAGES = {  # files, pictures, data, parts of pages, and what sends on to a page
    "/answers/{answer_id}/events",
    "/suggestions",
    "/c/{conversation_id}/export.md",
    "/c/{conversation_id}/export.json",
    "/source/{document_id}/page",
    "/source/{document_id}/{number:int}/picture",
    "/source/{document_id}/original",
    "/source/{document_id}/open",
    "/gaps.csv",
    "/gaps.json",
    "/settings/backup/files/{name}",
    "/healthz",
    "/readyz",
}
ELSEWHERE = {  # need more than a question and a document: looked at where that is made
    "/settings/voice/preview",  # test_settings.py
    "/settings/backup/files/{name}/delete",  # test_settings.py
    "/gaps/{question_id}",  # test_insight.py
}


def test_every_page_there_is_is_looked_at(tmp_path: Path) -> None:
    services = open_services(Settings(home=tmp_path), FakeEmbedder())
    there = {
        path
        for route in routes(create_app(services, work=False))
        if "GET" in (getattr(route, "methods", None) or ()) and not (path := route.path).startswith("/api/")
    }
    services.close()
    assert there == set(PAGES) | NO_PAGES | ELSEWHERE


@pytest.fixture
def things(visit: Any, warranty: Path) -> dict[str, str]:
    """What addresses are filled with."""
    page = visit("/documents")
    upload(page, warranty)
    turn = ask(page, QUESTION)
    page.wait_for_url(re.compile(r"/c/"))
    document = re.search(r"/source/(\w+)/", turn.locator(".note").first.get_attribute("href"))
    conversation = re.search(r"/c/(\w+)", page.evaluate("location.pathname"))
    assert document
    assert conversation
    return {
        "document": document[1],
        "conversation": conversation[1],
        "answer": turn.get_attribute("id"),
    }


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("look", READERS)
def test_no_page_keeps_anybody_out(visit: Any, things: dict[str, str], look: str) -> None:
    page = visit("/", bypass_csp=True, reduced_motion="reduce", **READERS[look])
    wrong = {}
    for address in PAGES.values():
        page.goto(address.format_map(things))
        page.wait_for_load_state("networkidle")
        assert page.locator("h1:visible").count() == 1, address
        if several := barriers(page):
            wrong[address] = several
    assert wrong == {}
