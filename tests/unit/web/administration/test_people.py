from starlette.testclient import TestClient

from tests.unit.web.markup import tags, text


def test_the_page_says_who_may_use_it_and_pretends_nothing(client: TestClient) -> None:
    page = client.get("/settings/people").text
    told = text(page)
    assert "Whoever works at this machine." in told
    assert "127.0.0.1" in told
    assert "They come with accounts, which Footnote does not have yet." in told
    main = page.partition("<main")[2].partition("</main>")[0]
    assert not [tag for tag, _ in tags(main) if tag in ("form", "input", "button")]
