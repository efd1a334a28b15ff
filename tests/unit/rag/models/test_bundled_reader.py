"""The reader that comes with Footnote: what its card says, and that it reads the same on every backend."""

import json

import numpy as np
import pytest

from rag.models import catalog, reader_files
from rag.models.pairs import Pairs, arrays
from rag.models.reader import OpenVinoNetwork, open_reader
from rag.models.torch_model import cuda
from rag.models.torch_reader import TorchNetwork
from rag.models.weights import sha256
from rag.settings import BUNDLED_READER

QUESTION = "How long does the warranty on a pump last?"
TERMS = (
    "Warranty terms\nThese terms apply to every pump that Brook Works sells to dealers. The warranty on every pump "
    "lasts thirty-six months from delivery. Dealers send claims to the service desk by letter."
)
CANTEEN = "Canteen\nThe canteen in Ashford opens at half past eleven. The menu changes every week."
PASSAGES = [TERMS, CANTEEN]


def test_it_is_small_enough_to_come_with_the_product() -> None:
    assert sum(file.stat().st_size for file in BUNDLED_READER.iterdir()) <= 25_000_000


def test_its_card_names_its_files_its_base_and_only_sets_for_fitting() -> None:
    card = reader_files.card(BUNDLED_READER)
    assert card["base"] == catalog.EMBEDDERS[0].fingerprint
    learnt = {each["name"] for each in (*card["sets"], *card["before"]["sets"])}
    handbook = "company-info-and-process"  # a folder of it, whose sentences were asked about
    assert learnt <= {"squad_dev_rest", "policyqa_dev", "policyqa_test", "pubmedqa", handbook}
    told = (BUNDLED_READER / "README.md").read_text("utf-8")
    assert card["files"][reader_files.WEIGHTS] in told
    assert sha256(BUNDLED_READER / reader_files.WEIGHTS) in told
    assert json.dumps(card["recipe"])[1:-1] in " ".join(told.replace("`", "").split())


def test_it_points_at_the_answer_and_sees_that_there_is_none() -> None:
    there, elsewhere = open_reader(BUNDLED_READER, budget_ms=60_000, device="cpu").read(QUESTION, PASSAGES)
    assert TERMS[there.start : there.end] == "thirty-six months"
    assert there.relevance > 0.8
    assert there.margin > 0
    assert elsewhere.relevance < 0.2
    assert elsewhere.margin < 0


@pytest.mark.filterwarnings("ignore")  # torch and transformers warn about themselves
@pytest.mark.parametrize(
    ("device", "tolerance"),
    [
        ("cpu", 0.05),  # bfloat16 on processors that have it
        pytest.param(
            "cuda", 0.2, marks=pytest.mark.skipif(not cuda(), reason="no CUDA card that torch can drive")
        ),
    ],
)
def test_it_gives_the_same_scores_on_every_backend(device: str, tolerance: float) -> None:
    weights = reader_files.arrays(BUNDLED_READER)
    pairs = Pairs(BUNDLED_READER / reader_files.TOKENIZER)
    given = arrays([row for rows in pairs.rows(QUESTION, PASSAGES) for row in rows])
    one, other = OpenVinoNetwork(weights).infer(*given), TorchNetwork(weights, device=device).infer(*given)
    mask = given[2].astype(bool)
    assert np.abs(one[0][mask] - other[0][mask]).max() < tolerance * np.abs(one[0][mask]).max()
    assert np.abs(one[1] - other[1]).max() < tolerance * np.abs(one[1]).max()
