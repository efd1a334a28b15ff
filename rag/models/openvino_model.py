"""A converted model on the processor, through OpenVINO."""

import importlib
import sys
from collections import deque
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def import_openvino(*, converter: bool = False) -> ModuleType:
    """The ``openvino`` package, without what else importing it does.

    By default it reports each import and each conversion to its maker over the network, and loads the
    converter, which answering has no use for. A ``None`` in ``sys.modules`` makes Python say that a module
    is not there (Python reference, "The module cache"); OpenVINO goes on without either.
    """
    unwanted = ["openvino_telemetry"] if converter else ["openvino_telemetry", "openvino.tools.ovc"]
    modules: dict[str, Any] = sys.modules
    for name in unwanted:
        modules.setdefault(name, None)
    return importlib.import_module("openvino")


class Compiled:
    """A model made ready for the processor. Any number of threads may run it, but the first run must be over by then.

    The bindings set up static data on first use; of two first runs at once one holds its guard and waits for Python's
    global lock, the other holds that lock and waits for the guard, for ever (seen with OpenVINO 2026.4.1).
    """

    def __init__(self, model: Any, hint: str, **config: Any) -> None:
        """A file or a graph; ``hint`` is ``THROUGHPUT`` or ``LATENCY``. Raises RuntimeError where it is refused."""
        core = import_openvino().Core()
        precision = "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"
        given = {"PERFORMANCE_HINT": hint, "INFERENCE_PRECISION_HINT": precision, **config}
        self._model = core.compile_model(model, "CPU", given)
        self.workers = int(self._model.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        self._idle: deque[Any] = deque()  # a request holds buffers and serves one thread at a time

    def run(self, **inputs: "NDArray[np.int64]") -> Any:
        """The outputs, by name and by number, in arrays of their own."""
        try:
            request = self._idle.pop()
        except IndexError:
            request = self._model.create_infer_request()
        try:
            return request.infer(inputs)
        finally:
            self._idle.append(request)


class OpenVinoModel:
    """A compiled model. One stream a core serves many small batches best, and one question in 2 ms.

    Raises ModelError where OpenVINO refuses the file.
    """

    # 4 rows of 256: more gains nothing here, and a question asked meanwhile waits for a batch to end.
    batch_tokens = 1024
    least_tokens = 128

    def __init__(self, xml: Path, *, threads: int | None = None) -> None:
        import numpy as np

        config = {} if threads is None else {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": threads}
        try:
            self._compiled = Compiled(xml, "THROUGHPUT", **config)
        except RuntimeError as error:
            raise ModelError(
                "OpenVINO cannot load the converted model on this processor. Delete the models folder in "
                "Footnote's home and start again; if it stays, report it with this machine's processor."
            ) from error
        self.workers = self._compiled.workers
        one = np.ones((1, 1), dtype=np.int64)
        self.infer(one, one)  # the first run, before threads may

    def infer(self, ids: "NDArray[np.int64]", mask: "NDArray[np.int64]") -> "NDArray[np.float32]":
        """One vector a row, shape (rows, dimension), from ids and mask of shape (rows, length).

        Any number of threads may call it at once.
        """
        vectors: NDArray[np.float32] = self._compiled.run(input_ids=ids, attention_mask=mask)[0]
        return vectors
