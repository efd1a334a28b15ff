"""The foot of each page says what writes answers; where that is not there, they are quotes, and say why."""

import pytest
from starlette.testclient import TestClient

from rag.errors import ModelError
from tests.fakes import FakeGenerator
from tests.unit.web.conftest import Add
from tests.unit.web.markup import text
from tests.unit.web.test_ask import LEAVE, ask, writes
from web.wiring import Services


@pytest.mark.parametrize("page", ["/", "/documents"])
def test_where_answers_are_quotes_it_says_how_to_get_others(client: TestClient, page: str) -> None:
    told = text(client.get(page).text)
    assert "Answers are quotes" in told
    assert "footnote models list" in told


@pytest.mark.parametrize("page", ["/", "/documents"])
def test_where_a_model_writes_it_is_named_and_nothing_is_advised(
    client: TestClient, services: Services, page: str
) -> None:
    generator = FakeGenerator("Hello.")
    generator.name = "acme/<tiny>@c0ffee"
    writes(services, generator)
    told = client.get(page).text
    assert "Answers by acme/<tiny>@c0ffee, checked" in text(told)
    assert "<tiny>" not in told
    assert "footnote models" not in told


def test_where_the_model_cannot_be_loaded_people_get_quotes_and_are_told_why(
    client: TestClient, services: Services, add: Add, token: str, capsys: pytest.CaptureFixture[str]
) -> None:
    add("leave.txt", LEAVE)
    vars(services).pop("answerer", None)
    vars(services).pop("generator", None)
    services.settings = services.settings.model_copy(update={"generator": "acme/none"})
    with pytest.raises(ModelError, match="footnote models pull acme/none"):
        _ = services.generator
    services.stand_in()
    assert "generator_not_loaded" in "".join(capsys.readouterr())
    page = text(ask(client, token))
    assert (
        "The model acme/none is not on this machine. Get it with footnote models pull acme/none"
        in page.replace("`", "")
    )
    assert "So this is what the documents say, in quotes." in page
    assert "Full-time employees have 30 working days of annual leave." in page
    assert "Answers are quotes" in page


def test_a_model_that_is_there_is_left_in_its_place(services: Services) -> None:
    generator = FakeGenerator("Hello.")
    writes(services, generator)
    services.stand_in()
    assert services.generator is generator
