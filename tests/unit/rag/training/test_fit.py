"""Teaching, on a BERT so small that it takes seconds."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelError, UsageError
from rag.models import catalog, reader_files, weights
from rag.models.pairs import Pairs
from rag.models.reader import open_reader
from rag.training import fit, train
from rag.training.example import Example
from rag.training.export import export
from rag.training.fit import Progress, Recipe, Teacher
from rag.training.network import Network
from rag.training.rows import Row, rows

TOKENIZER = weights.installed(catalog.EMBEDDERS[0]) / "tokenizer.json"
NAMES = "ann bob carl dora emil fay gus hal ida joe kim lou".split()
RECIPE = Recipe(epochs=30, size=8, rate=3e-3)

pytestmark = pytest.mark.filterwarnings("ignore")  # torch and transformers warn about themselves


def examples() -> list[Example]:
    """Who has a key is said of everybody, and who has a dog of nobody."""
    made = []
    for one, other in pairwise(NAMES):
        passage = f"{other} sleeps. {one} has the key."
        start = passage.index(f"{one} has")
        answer = (start, start + len(one))
        made.append(
            Example(question="who has the key", passage=passage, answers=(answer,), relevant=True, group=one)
        )
        made.append(Example(question="who has the dog", passage=passage, group=one))
    return made


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("bert")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522, hidden_size=64, num_hidden_layers=2, num_attention_heads=2, intermediate_size=128
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def taught() -> list[Row]:
    return list(rows(examples(), Pairs(TOKENIZER)))


def network(base: Path, seed: int = 0) -> Network:
    import torch

    torch.manual_seed(seed)
    return Network(base)


def learn(
    base: Path, taught: list[Row], folder: Path, recipe: Recipe = RECIPE
) -> tuple[Network, list[Progress]]:
    seen: list[Progress] = []
    learner = network(base)
    Teacher(learner, taught, recipe, folder).teach(seen.append)
    return learner, seen


def same(one: Network, other: Network) -> bool:
    first, second = one.arrays(), other.arrays()
    return all(np.array_equal(first[name], second[name]) for name in first)


def test_it_learns_to_point_and_to_see_that_there_is_nothing(
    base: Path, taught: list[Row], tmp_path: Path
) -> None:
    learner, seen = learn(base, taught, tmp_path / "work")
    assert (seen[-1].step, seen[-1].seconds_left) == (seen[-1].steps, 0)
    assert seen[-1].loss < seen[0].loss / 2
    export(
        learner.arrays(), TOKENIZER, {"format": reader_files.FORMAT, "temperature": 1.0}, tmp_path / "reader"
    )
    reader = open_reader(tmp_path / "reader", budget_ms=60_000, device="cpu")
    passage = "bob sleeps. ann has the key."
    (key,) = reader.read("who has the key", [passage])
    (dog,) = reader.read("who has the dog", [passage])
    assert passage[key.start : key.end] == "ann"
    assert key.relevance > 0.5 > dog.relevance
    assert key.margin > 0 > dog.margin


def test_the_same_seed_teaches_the_same(base: Path, taught: list[Row], tmp_path: Path) -> None:
    recipe = Recipe(epochs=1, size=8, seed=3)
    one, _ = learn(base, taught, tmp_path / "one", recipe)
    other, _ = learn(base, taught, tmp_path / "other", recipe)
    assert same(one, other)


def test_it_goes_on_from_what_another_has_learnt(base: Path, taught: list[Row], tmp_path: Path) -> None:
    learnt, _ = learn(base, taught, tmp_path / "work")
    other = network(base, seed=7)
    other.take(learnt.arrays())
    assert same(learnt, other)
    Teacher(other, taught, Recipe(epochs=1, size=8, rate=0.0), tmp_path / "more").teach(lambda _: None)
    assert same(learnt, other)


class BrokenOff(Exception):
    pass


def stop_at(step: int) -> Callable[[Progress], None]:
    def follow(at: Progress) -> None:
        if at.step == step:
            raise BrokenOff

    return follow


def test_broken_off_it_goes_on_where_it_was(
    base: Path, taught: list[Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit, "EVERY", 0.0)
    recipe = Recipe(epochs=2, size=8)
    whole, _ = learn(base, taught, tmp_path / "whole", recipe)
    with pytest.raises(BrokenOff):
        Teacher(network(base), taught, recipe, tmp_path / "broken").teach(stop_at(3))
    resumed, seen = learn(base, taught, tmp_path / "broken", recipe)
    assert seen[0].step == 4
    assert same(whole, resumed)


def test_the_checkpoint_of_another_recipe_or_of_other_rows_is_left_alone(
    base: Path, taught: list[Row], tmp_path: Path
) -> None:
    learn(base, taught, tmp_path, Recipe(epochs=1, size=8))
    for rows_, recipe in ((taught, Recipe(epochs=1, size=8, seed=1)), (taught[2:], Recipe(epochs=1, size=8))):
        _, seen = learn(base, rows_, tmp_path, recipe)
        assert seen[0].step == 1
    assert len(list(tmp_path.glob("checkpoint-*.pt"))) == 3


def test_the_rate_rises_and_falls() -> None:
    factors = [Recipe(warm=0.1).factor(step, 100) for step in range(100)]
    assert max(factors) == factors[10] == 1.0
    assert factors[0] == pytest.approx(0.1)
    assert factors[:10] == sorted(factors[:10])
    assert factors[10:] == sorted(factors[10:], reverse=True)
    assert factors[-1] < 0.02


def test_a_folder_of_other_things_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(UsageError, match="holds no reader"):
        train.train([examples()], RECIPE, work=tmp_path / "work", out=tmp_path, told={}, device="cpu")
    assert (tmp_path / "letters.txt").read_text() == "dear"


def test_no_examples_teach_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing to learn"):
        train.train([], RECIPE, work=tmp_path, out=tmp_path / "reader", told={}, device="cpu")


def test_a_folder_without_a_reader_to_go_on_from_is_named_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no reader in"):
        train.ready(tmp_path / "reader", "cpu", start=tmp_path)


def test_a_device_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no device"):
        train.ready(tmp_path / "reader", "abacus")
