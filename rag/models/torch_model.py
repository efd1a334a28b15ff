"""The original weights on torch: on CUDA for speed, on the processor to convert them."""

import os
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def cuda() -> bool:
    """Whether torch can drive a CUDA card; looks for both before it imports torch, which takes seconds."""
    torch_package = find_spec("torch")
    if torch_package is None or torch_package.origin is None or not Path("/dev/nvidiactl").exists():
        return False
    if not Path(torch_package.origin).with_name("lib").joinpath("libtorch_cuda.so").exists():
        return False
    import torch

    return bool(torch.cuda.is_available())


def on_cuda(device: str) -> bool:
    """Whether ``device`` means a CUDA card: by name, or ``auto`` where there is one."""
    return device == "cuda" or (device == "auto" and cuda())


def bf16() -> bool:
    """Whether this processor multiplies bfloat16 in hardware."""
    import torch

    return any(torch.cpu.get_capabilities().get(name) for name in ("avx512_bf16", "amx_bf16"))


def load_sentence_transformer(folder: Path, *, device: str) -> Any:
    """The model in ``folder`` as a ``SentenceTransformer`` ready to infer; bfloat16 on CUDA, else float32.

    Nothing is fetched and nothing unpickled, and no code beside the weights is run.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    from sentence_transformers import SentenceTransformer

    dtype = torch.bfloat16 if device.startswith("cuda") else torch.float32
    return SentenceTransformer(
        str(folder),
        device=device,
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"dtype": dtype, "use_safetensors": True},
    ).eval()


def load_cross_encoder(folder: Path, *, device: str, max_length: int, remedy: str) -> Any:
    """The model in ``folder`` as a ``CrossEncoder``, with the same care.

    Of texts that are longer than ``max_length`` word pieces together the longer one is cut. Raises ModelError, which
    ends with the remedy, where there is none that can be loaded.
    """
    if not (folder / "config.json").is_file():
        raise ModelError(f"There is no model in {folder}: config.json is missing. {remedy}")
    os.environ["HF_HUB_OFFLINE"] = "1"
    from sentence_transformers import CrossEncoder

    try:
        return CrossEncoder(
            str(folder),
            device=None if device == "auto" else device,
            local_files_only=True,
            trust_remote_code=False,
            max_length=max_length,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelError(f"The model in {folder} cannot be loaded: {error}. {remedy}") from error


class TorchModel:
    """A sentence-transformers model on a torch device."""

    batch_tokens = least_tokens = 32_768
    workers = 1  # the device is kept busy by one batch after the other

    def __init__(self, folder: Path, *, device: str = "cuda") -> None:
        self._model = load_sentence_transformer(folder, device=device)
        self._device = device
        self._lock = Lock()

    def infer(self, ids: "NDArray[np.int64]", mask: "NDArray[np.int64]") -> "NDArray[np.float32]":
        """One vector a row, shape (rows, dimension), from ids and mask of shape (rows, length)."""
        import torch

        features = {
            "input_ids": torch.from_numpy(ids).to(self._device),
            "attention_mask": torch.from_numpy(mask).to(self._device),
        }
        with self._lock, torch.inference_mode():
            vectors: NDArray[np.float32] = self._model(features)["sentence_embedding"].float().cpu().numpy()
        return vectors
