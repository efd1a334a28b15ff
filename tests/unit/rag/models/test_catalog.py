import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.errors import ModelError
from rag.models import catalog
from rag.models.catalog import EMBEDDERS, EmbedderSpec


def test_an_unknown_name_is_refused_and_the_nearest_named() -> None:
    with pytest.raises(ModelError, match=r"'minilm-l6'.*Did you mean 'all-MiniLM-L6-v2'\?"):
        catalog.embedder("minilm-l6")


def test_every_entry_is_found_by_its_name_and_no_two_share_one() -> None:
    assert [catalog.embedder(spec.name) for spec in EMBEDDERS] == list(EMBEDDERS)
    assert len({spec.fingerprint for spec in EMBEDDERS}) == len(EMBEDDERS)


@pytest.mark.parametrize("entry", EMBEDDERS, ids=lambda entry: entry.name)
def test_a_fingerprint_fits_its_column(entry: EmbedderSpec) -> None:
    assert len(entry.fingerprint) <= 64
    assert entry.fingerprint.startswith(f"{entry.name}:")


def test_the_fingerprint_of_stored_vectors_stays() -> None:
    assert catalog.embedder("all-MiniLM-L6-v2").fingerprint == "all-MiniLM-L6-v2:cc381bc84371d13b"


@pytest.mark.parametrize(
    "change",
    [
        {"max_length": 512},
        {"normalise": False},
        {"pooling": "cls"},
        {"files": (("model.safetensors", "0" * 64), ("tokenizer.json", "1" * 64))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_decides_a_vector_changes_the_fingerprint(spec: EmbedderSpec, change: dict[str, Any]) -> None:
    assert replace(spec, **change).fingerprint != spec.fingerprint


@pytest.mark.parametrize("change", [{"package": "other"}, {"revision": "9"}, {"licence": "MIT"}])
def test_where_a_model_comes_from_does_not_change_it(spec: EmbedderSpec, change: dict[str, Any]) -> None:
    assert replace(spec, **change).fingerprint == spec.fingerprint


def test_the_catalogue_says_what_the_models_own_files_say(spec: EmbedderSpec, source: Path) -> None:
    def read(name: str) -> Any:
        return json.loads((source / name).read_bytes())

    pooling = read("1_Pooling/config.json")
    assert spec.dimension == pooling["word_embedding_dimension"] == read("config.json")["hidden_size"]
    assert [key for key, on in pooling.items() if on is True] == [f"pooling_mode_{spec.pooling}_tokens"]
    assert spec.normalise == any(module["path"] == "2_Normalize" for module in read("modules.json"))
    assert spec.max_length == read("sentence_bert_config.json")["max_seq_length"]
