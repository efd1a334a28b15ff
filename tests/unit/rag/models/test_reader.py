import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.models import reader_files
from rag.models.pairs import Pairs
from rag.models.reader import OpenVinoNetwork, Reader, open_reader
from rag.models.torch_model import bf16, cuda
from rag.models.torch_reader import TorchNetwork
from tests.unit.rag.models.reading_model import untaught, written

PASSAGES = ["The tarn dispenser weighs 4 kg.", "Lunch is served at noon.", "Überstunden 加班 🙂 " * 40]


@pytest.fixture(scope="module")
def folder(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(source, tmp_path_factory.mktemp("readers") / "reader")


@pytest.fixture(scope="module")
def reader(folder: Path) -> Reader:
    return open_reader(folder, budget_ms=60_000, device="cpu")


def rows(source: Path) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    ids = np.array([[101, 2129, 3082, 102, 1996, 16985, 102], [101, 2054, 102, 6265, 102, 0, 0]])
    types = np.array([[0, 0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 1, 0, 0]])
    return ids, types, (ids > 0).astype(np.int64)


def test_it_is_small_enough_to_come_with_the_product(folder: Path) -> None:
    assert sum(file.stat().st_size for file in folder.iterdir()) < 25_000_000


def test_weights_in_int8_read_like_the_whole_ones(source: Path, folder: Path) -> None:
    whole, stored = OpenVinoNetwork(untaught(source)), OpenVinoNetwork(reader_files.arrays(folder))
    for one, other in zip(whole.infer(*rows(source)), stored.infer(*rows(source)), strict=True):
        assert np.abs(one - other).max() < (0.2 if bf16() else 0.1) * np.abs(one).max()


@pytest.mark.filterwarnings("ignore")  # torch and transformers warn about themselves
def test_openvino_and_torch_give_the_same_logits(source: Path, folder: Path) -> None:
    arrays, given = reader_files.arrays(folder), rows(source)
    mask = given[2].astype(bool)
    (spans, relevance), (other_spans, other_relevance) = (
        network.infer(*given) for network in (OpenVinoNetwork(arrays), TorchNetwork(arrays, device="cpu"))
    )
    near = 0.2 if bf16() else 0.02  # of logits of about 3, where OpenVINO rounds to bfloat16
    assert np.allclose(spans[mask], other_spans[mask], atol=near)
    assert np.allclose(relevance, other_relevance, atol=near)


@pytest.mark.skipif(not cuda(), reason="no CUDA card that torch can drive")
def test_a_cuda_card_gives_the_same_logits(source: Path, folder: Path) -> None:
    arrays, given = reader_files.arrays(folder), rows(source)
    one, other = OpenVinoNetwork(arrays).infer(*given), TorchNetwork(arrays, device="cuda").infer(*given)
    assert np.allclose(one[1], other[1], atol=0.05)


def test_each_passage_gets_a_chance_and_a_place(reader: Reader) -> None:
    found = reader.read("How heavy is the tarn dispenser?", PASSAGES)
    assert len(found) == len(PASSAGES)
    for passage, each in zip(PASSAGES, found, strict=True):
        assert 0 <= each.relevance <= 1
        assert 0 <= each.start < each.end <= len(passage)


def test_a_passage_reads_the_same_alone_and_beside_others(reader: Reader) -> None:
    together = reader.read("How heavy is it?", PASSAGES)
    alone = [reader.read("How heavy is it?", [passage])[0] for passage in PASSAGES]
    for one, other in zip(together, alone, strict=True):
        assert (one.start, one.end) == (other.start, other.end)
        assert one.relevance == pytest.approx(other.relevance, abs=0.01)


def test_nothing_to_read_is_no_error(reader: Reader) -> None:
    assert reader.read("How heavy is it?", []) == []
    (found,) = reader.read("?", [""])
    assert (found.start, found.end, found.margin) == (0, 0, float("-inf"))


class Scripted:
    """A network that answers with what it is given, piece by piece."""

    batch_tokens = 256

    def __init__(self, starts: list[float], ends: list[float], relevance: float = 0.0) -> None:
        self.starts, self.ends, self.relevance = starts, ends, relevance
        self.rows = 0

    def infer(
        self, ids: NDArray[np.int64], types: NDArray[np.int64], mask: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        spans = np.full((*ids.shape, 2), -9.0, dtype=np.float32)
        spans[:, : len(self.starts), 0], spans[:, : len(self.ends), 1] = self.starts, self.ends
        self.rows += len(ids)
        return spans, np.full(len(ids), self.relevance, dtype=np.float32)


def scripted(source: Path, network: Scripted, **options: Any) -> Reader:
    return Reader(network, Pairs(source / "tokenizer.json"), **{"seconds": 60.0} | options)


def test_an_answer_never_ends_before_it_starts(source: Path) -> None:
    # [CLS] who [SEP] ann met bob [SEP]
    network = Scripted(starts=[0, 0, 0, 1, 2, 5], ends=[0, 0, 0, 7, 2, 1])
    (found,) = scripted(source, network).read("who", ["ann met bob"])
    assert (found.start, found.end) == (0, 3)  # 1 + 7, though 5 + 7 would be more
    assert found.margin == 8.0


def test_no_answer_is_seen_where_more_speaks_for_none(source: Path) -> None:
    network = Scripted(starts=[6, 0, 0, 1, 1, 1], ends=[6, 0, 0, 1, 1, 1])
    (found,) = scripted(source, network).read("who", ["ann met bob"])
    assert found.margin == -10.0


def test_the_temperature_makes_it_less_sure(source: Path) -> None:
    network = Scripted(starts=[0], ends=[0], relevance=2.0)
    sure, unsure = (
        scripted(source, network, temperature=t).read("who", ["ann"])[0].relevance for t in (1, 2)
    )
    assert 0.5 < unsure < sure


def test_it_stops_when_its_time_is_up_but_reads_one_batch(source: Path) -> None:
    network = Scripted(starts=[0], ends=[0])
    read = scripted(source, network, seconds=0.0).read("who", ["ann met bob " * 60] * 20)
    assert 0 < len(read) < 20
    assert network.rows == len(read)


def test_it_begins_nothing_that_would_end_too_late(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Scripted(starts=[0], ends=[0])  # of whose rows each takes 10 seconds
    monkeypatch.setattr("rag.models.reader.time", SimpleNamespace(monotonic=lambda: 10.0 * network.rows))
    passages = ["ann met bob " * 60] * 9
    assert len(scripted(source, network, seconds=25.0).read("who", passages)) == 2
    network.rows = 0
    assert len(scripted(source, network, seconds=35.0).read("who", passages)) == 3


def _damaged(folder: Path) -> None:
    file = folder / reader_files.WEIGHTS
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


def _another_format(folder: Path) -> None:
    card = json.loads((folder / reader_files.CARD).read_text())
    (folder / reader_files.CARD).write_text(json.dumps({**card, "format": 99}))


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (_damaged, "damaged"),
        (_another_format, "format 99"),
        (lambda folder: (folder / reader_files.CARD).unlink(), "no reader"),
        (lambda folder: (folder / reader_files.TOKENIZER).unlink(), "missing"),
        (lambda folder: (folder / reader_files.CARD).write_text("{"), "no reader"),
    ],
)
def test_a_folder_that_is_no_sound_reader_is_refused(
    source: Path, tmp_path: Path, harm: Any, told: str
) -> None:
    folder = written(source, tmp_path / "reader")
    harm(folder)
    with pytest.raises(ModelError, match=told):
        open_reader(folder, budget_ms=100, device="cpu")
