"""`footnote models`: listed, pulled from a hub of our own, chosen and tried."""

import json
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from rag.errors import ModelError
from rag.models import detect, pulled
from rag.models.hardware import Hardware
from tests.fakes import FakeGenerator
from tests.hub import COMMIT, TINY, ModelHub, Repo
from web.commands import models as commands
from web.wired_models import one_line

NAME, KNOWN = "acme/tiny", "Qwen/Qwen3-4B-Instruct-2507"
RUNNER = CliRunner()
GB = 10**9


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelHub]:
    import huggingface_hub

    opened = ModelHub()
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_ENDPOINT", opened.address)
    opened.repos[NAME] = Repo(dict(TINY))
    yield opened
    huggingface_hub.close_session()
    opened.close()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own to run in, with a machine that has a large card, and no model on it yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FOOTNOTE_MODELS", str(tmp_path / "models"))
    machine = Hardware(cards=(24 * GB,), memory=64 * GB, cores=8, bf16=True)
    monkeypatch.setattr(detect, "found", lambda *_: machine)
    return tmp_path


def run(*arguments: str) -> Result:
    return RUNNER.invoke(commands.models, arguments)


def rows() -> dict[str, dict[str, Any]]:
    told = run("list", "--json")
    assert told.exit_code == 0, told.output
    return {row["name"]: row for row in json.loads(told.stdout)}


def setting(home: Path) -> str:
    return str(tomllib.loads((home / "footnote.toml").read_text())["generator"])


def test_the_list_says_what_fits_and_what_is_recommended() -> None:
    listed = rows()
    assert listed["all-MiniLM-L6-v2"]["in_use"]
    assert [name for name, row in listed.items() if row.get("recommended")] == [KNOWN]
    one = listed[KNOWN]
    assert (one["licence"], one["context"], one["parameters"]) == ("Apache-2.0", 262_144, 4_022_468_096)
    assert one["size"] < one["memory"] < 24 * GB
    assert (one["fits"], one["on_disk"], one["in_use"]) == (True, False, False)
    assert not listed["microsoft/phi-4"]["fits"]


def test_people_are_told_how_to_get_written_answers() -> None:
    told = run("list")
    (line,) = [line for line in told.stdout.splitlines() if KNOWN in line]
    assert line.split() == ["generator", KNOWN, "8.0", "GB", "Apache-2.0", "fits,", "recommended"]
    assert f"footnote models pull {KNOWN}, then footnote models use {KNOWN}" in told.stderr


def test_a_machine_on_which_nothing_fits_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "found", lambda *_: Hardware(memory=GB, cores=1, bf16=False))
    assert "No model of the catalogue fits this machine" in run("list").stderr
    assert not any(row.get("recommended") for row in rows().values())


def test_a_model_is_pulled_listed_chosen_and_shown_in_use(hub: ModelHub, home: Path) -> None:
    done = run("pull", NAME, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["name"], told["revision"], told["files"]) == (NAME, COMMIT, sorted(TINY))
    assert told["bytes"] == sum(map(len, TINY.values()))
    steps = [json.loads(line) for line in done.stderr.splitlines()]
    assert steps[-1]["done"] == steps[-1]["total"] == told["bytes"]
    assert (rows()[NAME]["on_disk"], rows()[NAME]["in_use"]) == (True, False)
    assert run("use", NAME).exit_code == 0
    assert setting(home) == f"{NAME}@{COMMIT}"
    assert rows()[NAME]["in_use"]
    assert run("list").stderr == ""  # nothing to advise


def test_a_name_means_the_same_weights_until_others_are_asked_for(hub: ModelHub) -> None:
    assert run("pull", NAME).exit_code == 0
    hub.repos[NAME].commit = "beef" * 10
    hub.told.clear()
    assert json.loads(run("pull", NAME, "--json").stdout)["revision"] == COMMIT
    assert hub.told == []  # nobody was asked
    assert json.loads(run("pull", NAME, "--revision", "main", "--json").stdout)["revision"] == "beef" * 10
    assert json.loads(run("use", f"{NAME}@{COMMIT[:12]}", "--json").stdout)["generator"] == f"{NAME}@{COMMIT}"


def test_a_model_of_the_catalogue_is_asked_for_at_its_commit(hub: ModelHub) -> None:
    pinned = str(rows()[KNOWN]["revision"])
    hub.repos[KNOWN] = Repo(dict(TINY), commit=pinned, branches=())
    done = run("pull", "qwen3-4b-instruct-2507")
    assert done.exit_code == 0, done.output
    assert f"{KNOWN}@{pinned[:12]} is in " in done.stdout
    assert f"footnote models use {KNOWN}" in done.stderr
    assert rows()[KNOWN]["on_disk"]


def test_a_model_of_the_catalogue_without_a_commit_gets_the_one_that_the_hub_names_and_keeps_it(
    hub: ModelHub, home: Path
) -> None:
    name = "Qwen/Qwen3-14B"
    assert rows()[name]["revision"] == ""
    hub.repos[name] = Repo(dict(TINY))
    assert json.loads(run("pull", "qwen3-14b", "--json").stdout)["revision"] == COMMIT
    hub.repos[name].commit = "beef" * 10
    assert json.loads(run("pull", name, "--json").stdout)["revision"] == COMMIT
    assert (rows()[name]["revision"], rows()[name]["on_disk"]) == (COMMIT, True)
    assert run("use", "Qwen3-14B").exit_code == 0
    assert setting(home) == f"{name}@{COMMIT}"


def test_a_folder_is_carried_to_a_machine_without_internet(hub: ModelHub, home: Path) -> None:
    done = run("pull", NAME, "--to", "stick", "--json")
    assert done.exit_code == 0, done.output
    assert not rows().get(NAME)  # it is not on this machine
    (home / "stick").rename(home / "carried")
    hub.told.clear()
    assert run("use", "carried").exit_code == 0
    assert hub.told == []
    assert setting(home) == str(home / "carried")
    assert rows()[f"{NAME}@{COMMIT[:12]}"]["in_use"]


@pytest.mark.parametrize(
    ("what", "complaint"),
    [
        ("acme/none", "footnote models pull acme/none"),
        ("nothing", "There is no model 'nothing'"),
        ("http://ada:secret@models.example.org/v1", "put a key into FOOTNOTE_GENERATOR_KEY"),
        ("empty", "There is no chat model in"),
    ],
)
def test_what_is_not_there_is_not_chosen(what: str, complaint: str, home: Path) -> None:
    (home / "empty").mkdir()
    (home / "footnote.toml").write_text("threads = 1\n")
    done = run("use", what)
    assert done.exit_code in (1, 2)
    assert complaint in done.stderr
    assert (home / "footnote.toml").read_text() == "threads = 1\n"


def test_a_damaged_model_is_not_chosen(hub: ModelHub, home: Path) -> None:
    folder = Path(json.loads(run("pull", NAME, "--json").stdout)["folder"])
    (folder / "model.safetensors").write_bytes(b"half")
    assert "is missing or damaged" in run("use", NAME).stderr
    assert not (home / "footnote.toml").exists()


@pytest.mark.parametrize("what", ["quotes", "auto", "http://127.0.0.1:11434/v1", "bundled"])
def test_quotes_and_servers_are_chosen_by_their_names(what: str, home: Path) -> None:
    (home / "footnote.toml").write_text('generator = "acme/gone"\n# kept\n')
    done = run("use", what)
    assert done.exit_code == 0, done.output
    assert (home / "footnote.toml").read_text() == f'generator = "{what}"\n# kept\n'


def test_a_variable_that_wins_over_the_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_GENERATOR", "quotes")
    assert "FOOTNOTE_GENERATOR is set in the environment and wins" in run("use", "auto").stderr


def test_a_model_that_is_named_but_gone_is_listed_with_the_way_to_get_it(home: Path) -> None:
    (home / "footnote.toml").write_text('generator = "acme/gone"\n')
    gone = rows()["acme/gone"]
    assert (gone["in_use"], gone["on_disk"]) == (True, False)
    assert "footnote models pull acme/gone" in run("list").stderr


def test_a_pull_that_fails_says_why_in_one_line(hub: ModelHub) -> None:
    done = run("pull", "acme/none")
    assert done.exit_code == 1
    assert done.stderr.startswith("footnote: The hub knows no model acme/none")
    assert "Traceback" not in done.output


def test_what_a_hub_says_cannot_steer_the_terminal(hub: ModelHub) -> None:
    hub.repos[NAME].licence = "\x1b[2Jfree"
    assert "\x1b" not in run("pull", NAME).output
    assert "\x1b" not in run("list").output


def test_the_check_has_the_generator_say_something(monkeypatch: pytest.MonkeyPatch) -> None:
    trying(monkeypatch, FakeGenerator("Yes, ", "I am.\n", "And more."))
    told = json.loads(run("check", "--json").stdout)
    assert (told["generator"], told["said"], told["ok"]) == ("fake-writer", "Yes, I am.", True)
    assert "ok  fake-writer (generator)" in run("check").stdout


def test_the_check_says_how_much_memory_the_weights_take(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = FakeGenerator("Yes.")
    trying(monkeypatch, generator)
    assert "bytes" not in json.loads(run("check", "--json").stdout)  # a server's, say
    vars(generator)["memory"] = 8_044_936_192
    assert json.loads(run("check", "--json").stdout)["bytes"] == 8_044_936_192
    assert "(generator), 8.04 GB of weights, in" in run("check").stdout


def test_the_check_fails_where_the_generator_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    trying(monkeypatch, FakeGenerator(fails="It is not there."))
    done = run("check")
    assert done.exit_code == 1
    assert "It is not there." in done.stderr


def test_the_check_without_a_generator_names_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    trying(monkeypatch, None)
    assert json.loads(run("check", "--json").stdout)["generator"] == "quotes"


def test_a_model_that_never_ends_is_closed_after_a_line() -> None:
    endless = FakeGenerator(*(["word "] * 10_000))
    assert len(one_line(endless)) <= 120
    assert endless.closed


def trying(monkeypatch: pytest.MonkeyPatch, generator: FakeGenerator | None) -> None:
    """`check` over services that write so."""
    from rag.settings import load

    embedder = SimpleNamespace(fingerprint="f", dimension=384, max_tokens=256)
    opened = SimpleNamespace(
        settings=load(generator="quotes"), embedder=embedder, reader=None, generator=generator
    )

    @contextmanager
    def services(*_: Any, **__: Any) -> Iterator[Any]:
        yield opened

    monkeypatch.setattr(commands, "services", services)


def test_what_was_carried_in_half_is_not_chosen(home: Path) -> None:
    half = home / "half"
    half.mkdir()
    (half / pulled.LIST).write_text("{")
    with pytest.raises(ModelError, match="is damaged"):
        pulled.read(half)
    assert "is damaged" in run("use", "half").stderr
