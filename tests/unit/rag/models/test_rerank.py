"""A reranker is read from a folder; here a tiny one with weights of chance, for no real one is bundled."""

from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.models.rerank import open_reranker
from tests.unit.rag.models.cross_encoder import cross_encoder

PASSAGES = ["the fee is paid", "not refunded", "days", "paid in days", "the days", "a b c"]


@pytest.mark.slow
def test_a_model_in_a_folder_tells_the_relevance_of_each_passage(tmp_path: Path) -> None:
    model = open_reranker(cross_encoder(tmp_path / "model", "relevance"), device="cpu", budget_ms=60_000)
    found = model.relevance("the fee", PASSAGES)
    assert len(found) == len(PASSAGES)
    assert all(0 <= chance <= 1 for chance in found)
    assert found == model.relevance("the fee", PASSAGES)
    assert model.relevance("the fee", []) == []


@pytest.mark.slow
def test_when_time_is_up_the_first_passages_have_been_read(tmp_path: Path) -> None:
    model = open_reranker(cross_encoder(tmp_path / "model", "relevance"), device="cpu", budget_ms=0)
    assert len(model.relevance("the fee", PASSAGES)) == 4


@pytest.mark.slow
def test_a_model_with_other_outputs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="has 2 outputs"):
        open_reranker(cross_encoder(tmp_path / "model", "good", "bad"), device="cpu", budget_ms=1)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model"):
        open_reranker(tmp_path, device="cpu", budget_ms=1)
