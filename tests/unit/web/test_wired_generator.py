"""The settings name what writes answers."""

from pathlib import Path

import pytest

from rag.errors import ModelError, SettingsError
from rag.models import detect, pulled
from rag.models.hardware import Hardware
from rag.models.pulled import Pulled
from rag.models.remote import RemoteGenerator
from rag.settings import load
from web.wired_generator import in_use, local, open_generator
from web.wired_models import known_models

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


GB = 10**9
SMALL, LARGE = "Qwen/Qwen2.5-1.5B-Instruct", "microsoft/phi-4"


def put(models: Path, name: str, revision: str = "c" * 40) -> Pulled:
    """A model that was pulled, of no weights worth loading."""
    folder = pulled.place(models, name, revision)
    folder.mkdir(parents=True)
    one = Pulled(
        folder=folder, name=name, revision=revision, asked="main", licence="MIT", at="2026", files={}
    )
    one.write()
    return one


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a card of 24 GB."""
    machine = Hardware(cards=(24 * GB,), memory=64 * GB, cores=8, bf16=True)
    monkeypatch.setattr("rag.models.torch_model.cuda", lambda: True)
    monkeypatch.setattr(detect, "found", lambda *_: machine)


def test_a_pulled_model_is_found_by_its_name_and_revision(tmp_path: Path) -> None:
    one = put(tmp_path, "acme/tiny")
    for name in ("acme/tiny", f"acme/tiny@{'c' * 40}", "acme/tiny@main"):
        found = local(load(generator=name, models=tmp_path))
        assert found is not None
        assert (found.label, found.folder, found.pulled) == ("acme/tiny@cccccccccccc", one.folder, one)
        assert in_use(load(generator=name, models=tmp_path)) == ("acme/tiny@cccccccccccc",)


def test_a_model_that_was_not_pulled_is_never_fetched(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Get it with `footnote models pull acme/tiny`"):
        open_generator(load(generator="acme/tiny", models=tmp_path))


def test_a_folder_that_was_carried_here_is_called_what_it_was_pulled_as(tmp_path: Path) -> None:
    carried = put(tmp_path / "models", "acme/tiny").folder.rename(tmp_path / "carried")
    assert in_use(load(generator=str(carried))) == ("acme/tiny@cccccccccccc",)


def test_the_bundled_model_is_called_with_its_revision() -> None:
    assert in_use(load(generator="bundled")) == ("SmolLM2-135M-Instruct@0.1.2",)


def test_without_a_card_auto_means_quotes_whatever_was_pulled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, SMALL)
    monkeypatch.setattr("rag.models.torch_model.cuda", lambda: False)
    assert in_use(load(models=tmp_path)) == ("quotes",)


@pytest.mark.usefixtures("card")
def test_with_a_card_auto_means_the_best_pulled_model_that_fits(tmp_path: Path) -> None:
    assert in_use(load(models=tmp_path)) == ("quotes",)
    put(tmp_path, LARGE)  # does not fit
    put(tmp_path, "acme/unknown")  # nobody knows what it needs
    assert in_use(load(models=tmp_path)) == ("quotes",)
    put(tmp_path, SMALL)
    assert in_use(load(models=tmp_path)) == (f"{SMALL}@cccccccccccc",)
    assert in_use(load(models=tmp_path, device="cpu")) == ("quotes",)
    assert in_use(load(models=tmp_path, generator="quotes")) == ("quotes",)


@pytest.mark.usefixtures("card")
def test_what_auto_found_but_cannot_load_leaves_quotes_and_a_line_in_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, SMALL)
    assert open_generator(load(models=tmp_path, device="auto")) is None
    assert f"{SMALL}@cccccccccccc" in "".join(capsys.readouterr())
    with pytest.raises(ModelError, match="cannot be loaded"):
        open_generator(load(models=tmp_path, generator=SMALL))
