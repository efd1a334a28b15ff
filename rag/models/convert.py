"""Converts a model's checked weights for OpenVINO: once, in a process of its own, kept beside its hashes.

Loading torch takes seconds and half a gigabyte; the process that answers never does.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from rag.errors import ModelError
from rag.models import weights
from rag.models.catalog import EmbedderSpec
from rag.models.once import make_once

FORMAT = 1  # raise it where the conversion below changes
FILES = ("model.xml", "model.bin", "tokenizer.json")
MANIFEST = "manifest.json"


def converted(spec: EmbedderSpec, folder: Path) -> Path:
    """The folder under ``folder`` that holds the model for OpenVINO, intact; converted first if need be.

    Raises ModelError where the weights are missing or damaged, or the conversion fails.
    """
    target = folder / spec.fingerprint.replace(":", "-")
    if intact(spec, target):
        return target
    source = weights.installed(spec)
    weights.check(spec, source)
    try:
        make_once(target, lambda: intact(spec, target), lambda stage: _convert(spec, source, stage))
    except OSError as error:
        raise ModelError(
            f"The model {spec.name} could not be converted for this processor: the models folder in "
            f"Footnote's home cannot be written ({error.strerror}). Make room or rights and start again."
        ) from error
    return target


def intact(spec: EmbedderSpec, target: Path) -> bool:
    """Whether ``target`` holds this model's conversion, bit for bit as it was written."""
    try:
        written = json.loads((target / MANIFEST).read_bytes())
        return bool(written == _manifest(spec, target))
    except (OSError, ValueError):
        return False


def _manifest(spec: EmbedderSpec, target: Path) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "model": spec.fingerprint,
        "files": {name: weights.sha256(target / name) for name in FILES},
    }


def _convert(spec: EmbedderSpec, source: Path, stage: Path) -> None:
    _run(spec, source, stage)
    shutil.copyfile(source / "tokenizer.json", stage / "tokenizer.json")
    (stage / MANIFEST).write_text(json.dumps(_manifest(spec, stage), indent=2))


def _run(spec: EmbedderSpec, source: Path, stage: Path) -> None:
    """Runs this module as a program, offline. What it prints is kept in a log beside the models."""
    root = Path(__file__).resolve().parents[2]
    paths = os.pathsep.join(part for part in (str(root), os.environ.get("PYTHONPATH", "")) if part)
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "PYTHONPATH": paths}
    command = [sys.executable, "-P", "-m", "rag.models.convert", str(source), str(stage)]
    log = stage.with_name("convert.log")
    with log.open("wb") as output:
        code = subprocess.run(command, env=environment, stdout=output, stderr=output, check=False).returncode
    if code != 0:
        raise ModelError(
            f"The model {spec.name} could not be converted for this processor (exit code {code}). "
            f"The reason is in {log.name} in the models folder of Footnote's home."
        )


def export(source: Path, stage: Path) -> None:
    """Writes the model in ``source`` to ``stage`` as OpenVINO's ``model.xml`` and ``model.bin``.

    Inputs: ``input_ids`` and ``attention_mask``, int64, any (rows, length); output: one vector a row. Weights
    are stored in float16: half the size to read and check at each start, and finer than the bfloat16 that
    they are computed in.
    """
    from rag.models.openvino_model import import_openvino
    from rag.models.torch_model import load_sentence_transformer

    openvino = import_openvino(converter=True)
    import torch

    class Graph(torch.nn.Module):  # type: ignore[misc]  # mypy does not read torch
        def __init__(self) -> None:
            super().__init__()
            self.model = load_sentence_transformer(source, device="cpu")

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            return self.model(features)["sentence_embedding"]

    example = torch.ones((2, 8), dtype=torch.int64)
    shape = openvino.PartialShape([-1, -1])
    model = openvino.convert_model(
        Graph().eval(),
        example_input={"input_ids": example, "attention_mask": example},
        input=[(name, shape, openvino.Type.i64) for name in ("input_ids", "attention_mask")],
    )
    openvino.save_model(model, stage / "model.xml", compress_to_fp16=True)


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
