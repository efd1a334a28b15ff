import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.errors import ModelError
from rag.models.openvino_model import OpenVinoModel

ROOT = Path(__file__).resolve().parents[4]

ANSWERING = """
import socket, sys
from pathlib import Path
def refuse(*_): raise AssertionError("something wants to connect")
socket.socket.connect = socket.getaddrinfo = refuse
from rag.models import catalog
from rag.models.embed import open_embedder
embedder = open_embedder(catalog.embedder("all-MiniLM-L6-v2"), Path(sys.argv[1]), device="cpu")
assert embedder.embed(["how long is parental leave?"]).shape == (1, 384)
loaded = {name.split(".")[0] for name, module in sys.modules.items() if module is not None}
print(*sorted(loaded & {"torch", "transformers", "sentence_transformers", "openvino_telemetry", "filelock"}))
"""


def test_answering_loads_no_torch_and_reports_to_nobody(converted: Path, tmp_path: Path) -> None:
    environment = os.environ | {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", ANSWERING, str(converted.parent)]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_threads_bound_what_runs_at_once(converted: Path) -> None:
    assert OpenVinoModel(converted / "model.xml", threads=1).workers == 1


def test_a_file_that_is_no_model_is_a_model_error(tmp_path: Path) -> None:
    (tmp_path / "model.xml").write_text("<nothing/>")
    with pytest.raises(ModelError, match=r"cannot load the converted model"):
        OpenVinoModel(tmp_path / "model.xml")


def test_a_request_is_used_again_and_its_answers_are_kept_apart(model: OpenVinoModel) -> None:
    mask = np.ones((1, 8), np.int64)
    first = model.infer(np.full((1, 8), 2000), mask)
    kept = first.copy()
    model.infer(np.full((1, 8), 3000), mask)
    assert np.array_equal(first, kept)


def test_one_inference_has_ended_before_threads_may_begin_theirs(
    converted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[threading.Thread] = []
    infer = OpenVinoModel.infer

    def watched(self: OpenVinoModel, *inputs: Any) -> Any:
        vectors = infer(self, *inputs)
        ended.append(threading.current_thread())
        return vectors

    monkeypatch.setattr(OpenVinoModel, "infer", watched)
    OpenVinoModel(converted / "model.xml")
    assert ended == [threading.current_thread()]
