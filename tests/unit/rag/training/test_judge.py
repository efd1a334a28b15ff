from collections.abc import Sequence

import numpy as np
import pytest

from rag.found import Found
from rag.training.example import Example, load, save
from rag.training.hold_out import split
from rag.training.judge import judge, temperature

ANN = "ann met bob"


class Told:
    """A reader that says what it is told."""

    def __init__(self, *found: Found) -> None:
        self.found = list(found)

    def read(self, question: str, passages: Sequence[str]) -> list[Found]:
        return [self.found.pop(0)]


def test_held_out_examples_are_judged_by_what_is_pointed_at() -> None:
    held = [
        Example(question="who", passage=ANN, answers=((0, 3),), relevant=True),
        Example(question="who", passage=ANN, answers=((8, 11),), relevant=True),
        Example(question="when", passage=ANN),
    ]
    reader = Told(
        Found(relevance=0.9, start=0, end=3, margin=2.0),
        Found(relevance=0.6, start=0, end=11, margin=-1.0),
        Found(relevance=0.2, start=0, end=3, margin=-4.0),
    )
    verdict = judge(reader, held)
    assert (verdict.examples, verdict.auroc, verdict.answer_seen) == (3, 1.0, 0.5)
    assert verdict.span_f1 == pytest.approx((1.0 + 0.5) / 2)


def test_nothing_held_out_says_nothing() -> None:
    verdict = judge(Told(), [])
    assert (verdict.auroc, verdict.span_f1, verdict.temperature) == (None, None, 1.0)


def test_the_temperature_undoes_a_scale() -> None:
    dice = np.random.default_rng(0)
    logits = dice.normal(0, 2, 20_000)
    labels = (dice.random(20_000) < 1 / (1 + np.exp(-logits))).astype(float)
    assert temperature(3 * logits, labels) == pytest.approx(3, rel=0.1)


def test_examples_told_apart_without_fail_end_at_the_bound() -> None:
    assert temperature(np.array([-1.0, 1.0]), np.array([0.0, 1.0])) < 1


def test_a_group_is_held_out_as_a_whole_or_not_at_all() -> None:
    examples = [Example(question=str(n), passage=ANN, group=f"article {n % 50}") for n in range(500)]
    learnt, held = split([examples])
    assert (len(learnt), len(held)) == (450, 50)
    assert {each.group for each in learnt} & {each.group for each in held} == set()


def test_of_a_single_group_none_is_held_out() -> None:
    assert split([[Example(question="who", passage=ANN)] * 3])[1] == []


def test_a_set_holds_out_the_same_groups_whatever_it_is_taught_with() -> None:
    one, other = (
        [Example(question=str(n), passage=ANN, group=f"{name} {n % 50}") for n in range(500)]
        for name in ("article", "policy")
    )
    assert split([one, other])[1] == split([one])[1] + split([other])[1]


def test_a_group_that_one_set_holds_out_is_not_learnt_from_in_another() -> None:
    one = [Example(question=str(n), passage=ANN, group=f"article {n % 50}") for n in range(500)]
    (group, *_) = {each.group for each in split([one])[1]}
    learnt, _ = split([one, [Example(question="who", passage=ANN, group=group)] * 3])
    assert group not in {each.group for each in learnt}


def test_examples_come_back_as_they_were_saved(tmp_path) -> None:  # type: ignore[no-untyped-def]
    given = [
        Example(question="who\u2028?", passage=ANN, answers=((0, 3), (8, 11)), relevant=True, group="Ann"),
        Example(question="when", passage="加班 🙂", pointed=False),
    ]
    save(given, tmp_path / "examples.jsonl")
    assert list(load(tmp_path / "examples.jsonl")) == given
