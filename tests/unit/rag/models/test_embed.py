import os
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag.models import embed, torch_model
from rag.models.catalog import EmbedderSpec
from rag.models.embed import BatchEmbedder, open_embedder
from rag.models.openvino_model import OpenVinoModel
from rag.models.pieces import WordPieces
from rag.models.torch_model import TorchModel, load_sentence_transformer

TEXTS = [
    "Employees are entitled to 26 days of paid leave a year.",
    "how much leave do I get?",
    "The pump must be primed before first use; see section 4.2.",
    "Revenue grew by 12 % to $4.1 million in the third quarter, mainly on higher subscription income. " * 6,
    "",
    "Überstunden 加班 сверхурочные 🙂",
]
SAME = 0.999  # cosine of vectors that differ by rounding alone; unlike texts stand far below


def cosines(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    same: NDArray[np.float32] = (a * b).sum(axis=1)
    return same


def test_rows_are_unit_vectors_in_float32(embedder: BatchEmbedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert (vectors.shape, vectors.dtype) == ((len(TEXTS), 384), np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_make_no_rows(embedder: BatchEmbedder) -> None:
    assert embedder.embed([]).shape == (0, 384)
    assert embedder.count([]) == []


class Watched:
    """A model that notes the shape of each batch."""

    batch_tokens, least_tokens, workers = 1024, 64, 2

    def __init__(self) -> None:
        self.shapes: list[tuple[int, int]] = []

    def infer(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        self.shapes.append((ids.shape[0], ids.shape[1]))
        return np.ones((len(ids), 384), dtype=np.float32)


@pytest.mark.parametrize(("texts", "batches"), [(1, 1), (16, 4), (2000, None)])
def test_few_texts_are_shared_out_among_the_workers(
    spec: EmbedderSpec, source: Path, texts: int, batches: int | None
) -> None:
    model = Watched()
    asked = BatchEmbedder(spec, WordPieces(source / "tokenizer.json"), model)
    asked.embed(["the pump must be primed before its first use in spring and autumn"] * texts)
    assert sum(rows for rows, _ in model.shapes) == texts
    if batches is None:
        assert max(rows * length for rows, length in model.shapes) > model.batch_tokens // 2
    else:
        assert len(model.shapes) == batches


def test_a_question_is_nearest_to_what_answers_it(embedder: BatchEmbedder) -> None:
    leave, question, pump, *_ = embedder.embed(TEXTS)
    assert question @ leave > 0.5 > question @ pump


def test_vectors_are_those_of_sentence_transformers(embedder: BatchEmbedder, source: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch and transformers warn about themselves
        reference = load_sentence_transformer(source, device="cpu")
        expected = reference.encode(TEXTS, normalize_embeddings=True)
    assert cosines(embedder.embed(TEXTS), expected).min() > SAME


def test_torch_gives_the_same_vectors(
    spec: EmbedderSpec, pieces: WordPieces, embedder: BatchEmbedder, source: Path
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        vectors = BatchEmbedder(spec, pieces, TorchModel(source, device="cpu")).embed(TEXTS)
    assert cosines(embedder.embed(TEXTS), vectors).min() > SAME


@settings(max_examples=20)
@given(st.lists(st.text(max_size=200), min_size=1, max_size=12))
def test_a_text_has_the_same_vector_alone_and_in_company(embedder: BatchEmbedder, texts: list[str]) -> None:
    alone = np.concatenate([embedder.embed([text]) for text in texts])
    assert cosines(embedder.embed(texts), alone).min() > SAME


def test_rows_keep_their_order_over_many_slabs(
    embedder: BatchEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"chapter {n} " + "and so on " * (n * 7 % 23) for n in range(50)]
    whole = embedder.embed(texts)
    monkeypatch.setattr(embed, "SLAB", 7)
    assert cosines(embedder.embed(texts), whole).min() > SAME
    likeness = embedder.embed(texts) @ whole.T
    assert likeness.argmax(axis=1).tolist() == list(range(50))


def test_threads_do_not_mix_up_their_texts(embedder: BatchEmbedder) -> None:
    def work(n: int) -> NDArray[np.float32]:
        return embedder.embed([TEXTS[n % 3]] * (1 + n % 40))

    expected = embedder.embed(TEXTS[:3])
    with ThreadPoolExecutor(6) as threads:
        for n, vectors in enumerate(threads.map(work, range(36))):
            assert (vectors @ expected[n % 3]).min() > SAME


def test_a_text_of_max_tokens_is_read_whole_and_what_follows_is_not(embedder: BatchEmbedder) -> None:
    full = " ".join(["leave"] * (embedder.max_tokens - 1) + ["volcano"])
    assert embedder.count([full]) == [embedder.max_tokens]
    shorter = " ".join(["leave"] * (embedder.max_tokens - 1))
    vectors = embedder.embed([full, f"{full} pump pump pump", shorter])
    assert np.allclose(vectors[0], vectors[1], atol=1e-3)
    assert not np.allclose(vectors[0], vectors[2], atol=1e-3)


def test_the_catalogues_entry_describes_what_is_opened(spec: EmbedderSpec, converted: Path) -> None:
    opened = open_embedder(spec, converted.parent, device="cpu", threads=1)
    assert (opened.fingerprint, opened.dimension) == (spec.fingerprint, spec.dimension)
    assert opened.max_tokens == spec.max_length - 2


@pytest.mark.parametrize(("card", "kind"), [(False, OpenVinoModel), (True, TorchModel)])
def test_auto_takes_the_card_where_there_is_one(
    spec: EmbedderSpec, converted: Path, monkeypatch: pytest.MonkeyPatch, card: bool, kind: type
) -> None:
    opened: list[Sequence[object]] = []
    monkeypatch.setattr(torch_model, "cuda", lambda: card)
    monkeypatch.setattr(embed, "TorchModel", lambda source: TorchModel(source, device="cpu"))
    monkeypatch.setattr(embed, "BatchEmbedder", lambda *parts: opened.append(parts))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        open_embedder(spec, converted.parent)
    assert isinstance(opened[0][2], kind)


@pytest.mark.skipif(not torch_model.cuda(), reason="no CUDA card that torch can drive")
def test_a_cuda_card_gives_the_same_vectors(spec: EmbedderSpec, embedder: BatchEmbedder) -> None:
    on_card = open_embedder(spec, Path(os.devnull), device="cuda")
    assert cosines(on_card.embed(TEXTS), embedder.embed(TEXTS)).min() > SAME
