"""The settings name what writes answers."""

from pathlib import Path

import pytest

from rag.errors import ModelError, SettingsError
from rag.models.remote import RemoteGenerator
from rag.settings import load
from web.wired_generator import open_generator
from web.wiring import known_models

ONE, OTHER = "http://127.0.0.1:9/v1", "https://models.example.org/v1"


@pytest.mark.parametrize("name", ["auto", "quotes"])
def test_quotes_need_no_generator(name: str) -> None:
    assert open_generator(load(generator=name)) is None


def test_urls_name_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_GENERATOR_KEY", "secret")
    given = load(
        generator=f"{ONE}, {OTHER}", generator_model="m", generator_context=4096, generator_tokens=96
    )
    opened = open_generator(given)
    assert isinstance(opened, RemoteGenerator)
    assert (opened.name, opened.room) == ("m", 4000)
    assert "secret" not in repr(given)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        open_generator(load(generator=str(tmp_path)))


@pytest.mark.parametrize("name", ["oracle", "ftp://example.org", "http://", f"{ONE},oracle", "/not/there"])
def test_what_is_neither_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="FOOTNOTE_GENERATOR cannot be"):
        load(generator=name)


def test_a_password_in_an_address_is_refused_for_addresses_are_shown() -> None:
    with pytest.raises(SettingsError, match="put a key into FOOTNOTE_GENERATOR_KEY"):
        load(generator="https://ada:secret@models.example.org/v1")


def test_an_answer_may_take_half_of_what_a_model_can_hold() -> None:
    with pytest.raises(
        SettingsError, match="FOOTNOTE_GENERATOR_TOKENS may be half of FOOTNOTE_GENERATOR_CONTEXT"
    ):
        load(generator_context=1024, generator_tokens=513)


def test_the_list_of_models_says_which_generator_is_in_use() -> None:
    def used(name: str) -> list[object]:
        rows = known_models(load(generator=name))
        return [row["name"] for row in rows if row["kind"] == "generator" and row["in_use"]]

    assert used("auto") == []
    assert used("bundled") == ["SmolLM2-135M-Instruct"]
    assert used(f"{ONE},{OTHER}") == [ONE, OTHER]
