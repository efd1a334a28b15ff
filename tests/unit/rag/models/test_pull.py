"""A chat model pulled from a hub: a real server that speaks as hubs do."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.errors import FootnoteError, ModelError, NotFound, Refused, RetryableError, StorageFull
from rag.generator_name import HubName
from rag.models import pull as pulling
from rag.models import pulled
from rag.models.hub import Hub
from rag.models.pull import pull
from rag.models.pulled import Pulled
from tests.hub import COMMIT, TINY, ModelHub, Repo

NAME = "acme/tiny"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelHub]:
    import huggingface_hub

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 500)  # what counts as come, at least
    monkeypatch.delenv("HF_TOKEN", raising=False)
    opened = ModelHub()
    opened.repos[NAME] = Repo(dict(TINY))
    yield opened
    huggingface_hub.close_session()
    opened.close()


def pulled_from(hub: ModelHub, models: Path, *, revision: str = "", to: Path | None = None) -> Pulled:
    asked = HubName(name=NAME, revision=revision)
    return pull(Hub(hub.address), asked, to, models, lambda *_: None)


def failure(hub: ModelHub, models: Path, *, revision: str = "", to: Path | None = None) -> FootnoteError:
    with pytest.raises(FootnoteError) as raised:
        pulled_from(hub, models, revision=revision, to=to)
    return raised.value


def whole(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != pulled.LIST}


def test_every_file_comes_and_the_commit_is_written_down(hub: ModelHub, tmp_path: Path) -> None:
    one = pulled_from(hub, tmp_path)
    assert whole(one.folder) == TINY
    assert (one.name, one.revision, one.asked, one.licence) == (NAME, COMMIT, "main", "apache-2.0")
    assert one.label == f"{NAME}@{COMMIT[:12]}"
    assert pulled.everything(tmp_path) == [one]
    pulled.check(one)


def test_a_branch_is_asked_for_once_and_its_commit_from_then_on(hub: ModelHub, tmp_path: Path) -> None:
    pulled_from(hub, tmp_path, revision="main")
    assert hub.told[0]["Host"] in hub.address
    hub.fetched.clear()
    again = pulled_from(hub, tmp_path, revision=COMMIT)
    assert hub.fetched == []
    assert again.asked == "main"


def test_progress_counts_the_bytes_of_all_files(hub: ModelHub, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    pull(Hub(hub.address), HubName(name=NAME), None, tmp_path, lambda *told: seen.append(told))
    total = sum(map(len, TINY.values()))
    assert {of for _, _, of in seen} == {total}
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert seen[-1][1] == total


def test_a_connection_that_breaks_is_taken_up_where_it_broke(hub: ModelHub, tmp_path: Path) -> None:
    hub.cut = 1000
    one = pulled_from(hub, tmp_path)
    assert whole(one.folder) == TINY
    assert ("model.safetensors", "bytes=1000-") in hub.fetched


def test_the_next_pull_goes_on_where_this_one_broke_off(hub: ModelHub, tmp_path: Path) -> None:
    hub.cut, hub.down = 1000, True
    error = failure(hub, tmp_path)
    assert isinstance(error, RetryableError)
    assert "it goes on from there" in str(error)
    assert pulled.everything(tmp_path) == []
    hub.down = False
    hub.fetched.clear()
    assert whole(pulled_from(hub, tmp_path).folder) == TINY
    assert ("model.safetensors", "bytes=1000-") in hub.fetched
    assert "config.json" not in dict(hub.fetched)  # it was there already
    assert not list(tmp_path.rglob("*.part"))


def test_a_wrong_hash_is_refused_and_nothing_looks_done(hub: ModelHub, tmp_path: Path) -> None:
    hub.repos[NAME].lies["model.safetensors"] = hashlib.sha256(b"something else").hexdigest()
    error = failure(hub, tmp_path)
    assert isinstance(error, ModelError)
    assert "model.safetensors of acme/tiny is not what the hub says it is" in str(error)
    assert pulled.everything(tmp_path) == []
    assert not list(tmp_path.rglob("model.safetensors"))
    hub.repos[NAME].lies.clear()
    assert whole(pulled_from(hub, tmp_path).folder) == TINY


def test_a_small_file_is_checked_as_git_names_it(
    hub: ModelHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe = Repo.told

    def then_changed(self: Repo, name: str) -> dict[str, object]:
        told = describe(self, name)
        self.files["config.json"] = b'{"model_type": "other"}'
        return told

    monkeypatch.setattr(Repo, "told", then_changed)
    assert "config.json of acme/tiny is not what the hub says it is" in str(failure(hub, tmp_path))


def test_pickles_and_code_are_left_where_they_are(hub: ModelHub, tmp_path: Path) -> None:
    bad = [
        "pytorch_model.bin",
        "modeling_tiny.py",
        "sub/model.safetensors",
        "../up.json",
        "weights.pkl",
        pulled.LIST,
    ]
    hub.repos[NAME].files |= dict.fromkeys(bad, b"evil")
    one = pulled_from(hub, tmp_path)
    assert whole(one.folder) == TINY
    assert set(dict(hub.fetched)) == set(TINY)


def test_the_same_weights_in_another_shape_are_not_pulled_twice(hub: ModelHub, tmp_path: Path) -> None:
    hub.repos[NAME].files["consolidated.safetensors"] = b"again"
    assert "consolidated.safetensors" not in whole(pulled_from(hub, tmp_path).folder)


def test_a_model_that_has_only_pickles_is_refused(hub: ModelHub, tmp_path: Path) -> None:
    files = hub.repos[NAME].files
    files["pytorch_model.bin"] = files.pop("model.safetensors")
    error = failure(hub, tmp_path)
    assert isinstance(error, Refused)
    assert "only as pickles (pytorch_model.bin), which can run code" in str(error)
    assert hub.fetched == []


def test_what_is_no_chat_model_is_refused(hub: ModelHub, tmp_path: Path) -> None:
    del hub.repos[NAME].files["config.json"]
    assert "it has no config.json" in str(failure(hub, tmp_path))


@pytest.mark.parametrize(
    ("index", "complaint"),
    [
        (
            {
                "weight_map": {
                    "a": "model-00001-of-00002.safetensors",
                    "b": "model-00002-of-00002.safetensors",
                }
            },
            "missing",
        ),
        ({"weight_map": {"a": "../../elsewhere"}}, "missing"),
        ([], "cannot be read"),
    ],
)
def test_all_shards_of_the_index_must_come(
    index: object, complaint: str, hub: ModelHub, tmp_path: Path
) -> None:
    files = hub.repos[NAME].files
    files["model-00001-of-00002.safetensors"] = files.pop("model.safetensors")
    files["model.safetensors.index.json"] = json.dumps(index).encode()
    assert complaint in str(failure(hub, tmp_path))
    assert pulled.everything(tmp_path) == []


def test_a_folder_to_carry_holds_all_of_it(hub: ModelHub, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    one = pulled_from(hub, tmp_path / "models", to=stick)
    assert one.folder == stick
    assert [path.name for path in tmp_path.iterdir() if "stick" in path.name] == ["stick"]
    carried = stick.rename(tmp_path / "carried")
    read = pulled.read(carried)
    assert read
    assert (read.name, read.revision) == (NAME, COMMIT)
    pulled.check(read)


def test_a_folder_with_something_else_in_it_is_left_alone(hub: ModelHub, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("Years of work.")
    assert "holds something else already" in str(failure(hub, tmp_path, to=mine))
    assert (mine / "thesis.txt").read_text() == "Years of work."


def test_a_part_of_another_commit_is_not_gone_on_with(hub: ModelHub, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    hub.cut, hub.down = 1000, True
    failure(hub, tmp_path, to=stick)
    hub.down = False
    hub.repos[NAME].commit = "beef" * 10
    hub.repos[NAME].files["model.safetensors"] = b"newer" * 1000
    hub.fetched.clear()
    assert pulled_from(hub, tmp_path, to=stick).revision == "beef" * 10
    assert ("model.safetensors", "") in hub.fetched


def test_an_unknown_model_or_revision_is_named(hub: ModelHub, tmp_path: Path) -> None:
    error = failure(hub, tmp_path, revision="v2")
    assert isinstance(error, NotFound)
    assert "no revision acme/tiny@v2" in str(error)
    del hub.repos[NAME]
    assert "The hub knows no model acme/tiny" in str(failure(hub, tmp_path))


def test_a_licence_that_wants_agreement_is_explained(
    hub: ModelHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.repos[NAME].gated = True
    error = failure(hub, tmp_path)
    assert isinstance(error, Refused)
    assert "HF_TOKEN" in str(error)
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    one = pulled_from(hub, tmp_path)
    assert "hf_secret" not in (one.folder / pulled.LIST).read_text()


def test_a_hub_that_is_not_there_is_said_to_be_so(hub: ModelHub, tmp_path: Path) -> None:
    with pytest.raises(RetryableError, match="could not be asked for acme/tiny"):
        pull(Hub("http://127.0.0.1:9"), HubName(name=NAME), None, tmp_path, lambda *_: None)


def test_a_hub_that_is_forbidden_is_not_asked(
    hub: ModelHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE forbids" in str(failure(hub, tmp_path))
    assert hub.told == []


def test_a_disk_that_is_too_small_is_noticed_before(
    hub: ModelHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "SPARE", 1 << 60)
    assert isinstance(failure(hub, tmp_path), StorageFull)
    assert hub.fetched == []


def test_a_commit_that_is_none_is_refused(hub: ModelHub, tmp_path: Path) -> None:
    hub.repos[NAME].commit = "../../elsewhere"
    hub.repos[NAME].branches = ("main",)
    assert "names no commit" in str(failure(hub, tmp_path))


@pytest.mark.parametrize("name", ["acme/a--b", "acme/a.", "acme/" + "a" * 100])
def test_a_name_that_no_hub_takes_is_said_to_be_so(hub: ModelHub, tmp_path: Path, name: str) -> None:
    with pytest.raises(FootnoteError, match=r"cannot be pulled|knows no model"):
        pull(Hub(hub.address), HubName(name=name), None, tmp_path, lambda *_: None)


@pytest.mark.parametrize(
    "said", [b"<html>Log in first</html>", b"[]", b"{}", b'{"id": "x", "siblings": [1]}']
)
def test_what_is_no_hub_is_said_to_be_so(
    hub: ModelHub, tmp_path: Path, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Repo, "body", lambda *_: said)
    assert isinstance(failure(hub, tmp_path), ModelError)
