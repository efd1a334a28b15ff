"""Which model suits a machine: no card is needed to tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models.chat_catalog import CHAT_MODELS, ChatModel, find
from rag.models.hardware import Hardware
from rag.models.recommend import best, fits, memory, recommended

GB = 10**9
hardware = st.builds(
    Hardware,
    cards=st.lists(st.integers(1, 200 * GB), max_size=4).map(tuple),
    memory=st.integers(1, 500 * GB),
    cores=st.integers(1, 128),
    bf16=st.booleans(),
)


def able(model: ChatModel | None) -> int:
    """How able it is, by its place in the catalogue."""
    return CHAT_MODELS.index(model) if model else -1


@given(hardware)
def test_what_is_recommended_fits_and_anyone_may_use_it(machine: Hardware) -> None:
    model = recommended(machine)
    assert model is None or (model.free and fits(model, machine))


@given(hardware)
def test_nothing_more_able_that_anyone_may_use_would_fit(machine: Hardware) -> None:
    better = CHAT_MODELS[able(recommended(machine)) + 1 :]
    assert not any(model.free and fits(model, machine) for model in better)


@given(hardware, st.integers(0, 200 * GB), st.integers(0, 64))
def test_a_larger_machine_is_never_recommended_less(machine: Hardware, more: int, cores: int) -> None:
    larger = Hardware(
        cards=tuple(card + more for card in machine.cards),
        memory=machine.memory + more,
        cores=machine.cores + cores,
        bf16=True,
    )
    assert able(recommended(larger)) >= able(recommended(machine))


@given(hardware, st.lists(st.sampled_from(CHAT_MODELS)))
def test_of_what_is_there_the_most_able_that_fits_is_taken(machine: Hardware, there: list[ChatModel]) -> None:
    fitting = [model for model in there if fits(model, machine)]
    assert best(there, machine) == max(fitting, key=able, default=None)


@given(hardware)
def test_weights_and_more_must_have_room(machine: Hardware) -> None:
    room = sum(machine.cards) or machine.memory
    assert all(model.size < memory(model, machine) <= room for model in CHAT_MODELS if fits(model, machine))


@pytest.mark.parametrize(
    ("gigabytes", "name"),
    [
        (2, None),
        (4, "Qwen/Qwen2.5-0.5B-Instruct"),
        (8, "Qwen/Qwen2.5-1.5B-Instruct"),
        (16, "Qwen/Qwen3-4B-Instruct-2507"),
        (24, "Qwen/Qwen3-4B-Instruct-2507"),
        (48, "Qwen/Qwen3-14B"),
        (80, "Qwen/Qwen3-30B-A3B-Instruct-2507"),
    ],
)
def test_cards_as_they_are_sold(gigabytes: int, name: str | None) -> None:
    model = recommended(Hardware(cards=(gigabytes * GB,), memory=64 * GB, cores=16, bf16=True))
    assert (model.name if model else None) == name


@pytest.mark.parametrize(
    ("cores", "bf16", "name"),
    [
        (1, True, None),
        (2, True, "Qwen/Qwen2.5-0.5B-Instruct"),
        (2, False, None),
        (8, True, "Qwen/Qwen2.5-1.5B-Instruct"),
        (16, True, "microsoft/Phi-4-mini-instruct"),
        (128, True, "Qwen/Qwen3-4B-Instruct-2507"),
    ],
)
def test_a_processor_gets_what_it_can_read_in_time(cores: int, bf16: bool, name: str | None) -> None:
    model = recommended(Hardware(memory=64 * GB, cores=cores, bf16=bf16))
    assert (model.name if model else None) == name


@pytest.mark.parametrize(("bits", "name"), [(16, None), (8, "Mistral-Small-24B-Instruct-2501")])
def test_squeezed_weights_need_less_room_on_a_card(bits: int, name: str | None) -> None:
    model = find("Mistral-Small-24B-Instruct-2501")
    assert model
    machine = Hardware(cards=(40 * GB,), memory=64 * GB, cores=16, bf16=True, bits=bits)
    assert (model.name.partition("/")[2] if fits(model, machine) else None) == name


def test_a_processor_without_memory_gets_none() -> None:
    assert recommended(Hardware(memory=2 * GB, cores=64, bf16=True)) is None


def test_a_model_is_spread_over_cards_each_of_which_keeps_some_for_itself() -> None:
    one, two = (
        Hardware(cards=cards, memory=1, cores=1, bf16=False) for cards in ((48 * GB,), (24 * GB, 24 * GB))
    )
    small = Hardware(cards=(16 * GB, GB), memory=1, cores=1, bf16=False)
    assert recommended(one) == recommended(two)
    assert recommended(small) == recommended(Hardware(cards=(16 * GB,), memory=1, cores=1, bf16=False))
