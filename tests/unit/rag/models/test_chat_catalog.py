"""What is written down of the models of the hub."""

import re

import pytest

from rag.generator_name import HubName, hub_name
from rag.models.chat_catalog import CHAT_MODELS, ChatModel, find
from rag.models.hardware import Hardware
from rag.models.recommend import memory
from tests.unit.house.source import ROOT


@pytest.mark.parametrize("model", CHAT_MODELS, ids=lambda model: model.name)
def test_a_model_has_a_hubs_name_and_a_commit_or_none_yet(model: ChatModel) -> None:
    named = HubName(name=model.name, revision=model.revision)
    assert hub_name(str(named)) == named
    assert re.fullmatch(r"([0-9a-f]{40})?", model.revision)
    assert model.licence
    assert model.context >= 8192  # what FOOTNOTE_GENERATOR_CONTEXT counts on
    assert model.size == 2 * model.parameters


def test_no_name_and_no_commit_stands_twice() -> None:
    for what in ("name", "revision"):
        seen = [known for model in CHAT_MODELS if (known := getattr(model, what))]
        assert len(set(seen)) == len(seen)


def test_a_name_is_known_without_its_owner_and_in_any_capitals() -> None:
    wanted = find("Qwen/Qwen3-4B-Instruct-2507")
    assert wanted is not None
    assert find("qwen3-4b-instruct-2507") == wanted
    assert find("qwen/QWEN3-4B-instruct-2507") == wanted
    assert find("Qwen3") is None


def test_what_asks_for_agreement_is_not_free() -> None:
    assert {model.free for model in CHAT_MODELS if model.gated} == {False}
    assert {model.licence for model in CHAT_MODELS if model.free} == {"Apache-2.0", "MIT"}


SHAPES = {  # layers, width, heads, heads of keys, inner width, words, whether words are read and written by the same
    "HuggingFaceTB/SmolLM3-3B": (36, 2048, 16, 4, 11008, 128_256, True),
    "Qwen/Qwen3-8B": (36, 4096, 32, 8, 12288, 151_936, False),
    "Qwen/Qwen3-14B": (40, 5120, 40, 8, 17408, 151_936, False),
    "Qwen/Qwen3-32B": (64, 5120, 64, 8, 25600, 151_936, False),
    "meta-llama/Llama-3.3-70B-Instruct": (80, 8192, 64, 8, 28672, 128_256, False),
}


@pytest.mark.parametrize("name", SHAPES)
def test_parameters_are_counted_from_a_models_shape(name: str) -> None:
    layers, width, heads, shared, inner, words, tied = SHAPES[name]
    head = 128
    attention = 2 * width * head * (heads + shared) + (2 * head if "Qwen3" in name else 0)
    layer = attention + 3 * width * inner + 2 * width
    model = find(name)
    assert model is not None
    assert model.parameters == words * width * (1 if tied else 2) + layers * layer + width


@pytest.mark.parametrize("model", CHAT_MODELS, ids=lambda model: model.name)
def test_the_docs_have_a_row_for_each_model(model: ChatModel) -> None:
    needs = memory(model, Hardware(cards=(1,), memory=1, cores=1, bf16=True))
    licence = model.licence + (" *" if model.gated else "") + ("" if model.revision else " †")
    sizes = f"{model.size / 1e9:.1f} GB | {needs / 1e9:.1f} GB | {model.context:,}"
    row = f"| `{model.name}` | {sizes} | {licence} |"
    assert row in (ROOT / "docs" / "models.md").read_text("utf-8").splitlines()
