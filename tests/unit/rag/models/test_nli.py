"""A model of inference is read from a folder; here a tiny one with weights of chance, for no real one is bundled."""

import re
import shutil
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.models.nli import open_entailment
from rag.support import Judge
from tests.unit.rag.models.cross_encoder import cross_encoder


@pytest.mark.slow
def test_a_model_in_a_folder_tells_probabilities(tmp_path: Path) -> None:
    model = open_entailment(cross_encoder(tmp_path / "nli", "CONTRADICTION", "ENTAILMENT", "NEUTRAL"), "cpu")
    found = model.probabilities("The fee is not refunded.", "The fee is paid.")
    assert sum(found) == pytest.approx(1.0, abs=1e-4)
    assert found == model.probabilities("The fee is not refunded.", "The fee is paid.")
    assert Judge(entailment=model).judge("The fee is paid.", ["The fee is not refunded."]).reasons


@pytest.mark.slow
def test_the_order_of_the_labels_is_the_models_own(tmp_path: Path) -> None:
    folder = cross_encoder(tmp_path / "one", "contradiction", "entailment", "neutral")
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    config = (other / "config.json").read_text("utf-8")
    names = {"contradiction": "entailment", "entailment": "contradiction"}
    swapped = re.sub("contradiction|entailment", lambda found: names[found.group()], config)
    (other / "config.json").write_text(swapped, "utf-8")
    pair = ("The fee is not refunded.", "The fee is paid.")
    entails, _, contradicts = open_entailment(folder, "cpu").probabilities(*pair)
    assert open_entailment(other, "cpu").probabilities(*pair)[::2] == pytest.approx(
        (contradicts, entails), abs=1e-5
    )


@pytest.mark.slow
def test_a_model_whose_labels_mean_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="its labels are good, bad"):
        open_entailment(cross_encoder(tmp_path / "other", "good", "bad"), "cpu")


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"config\.json is missing.*FOOTNOTE_NLI"):
        open_entailment(tmp_path)


@pytest.mark.slow
def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    folder = cross_encoder(tmp_path / "nli", "entailment", "neutral", "contradiction")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="cannot be loaded"):
        open_entailment(folder, "cpu")
