"""A reader's network on torch, for a CUDA card."""

from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.models.bert_graph import EPSILON, HEAD, HEADS, SCALE, Arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray


class TorchNetwork:
    """Any number of threads may call it; one batch runs at a time. bfloat16 on CUDA, else float32."""

    batch_tokens = 32_768

    def __init__(self, arrays: Arrays, *, device: str) -> None:
        """``arrays`` as `rag.models.bert_graph` takes them."""
        import torch

        whole = {name: torch.from_numpy(array) for name, array in whole_arrays(arrays).items()}
        dtype = torch.bfloat16 if device.startswith("cuda") else torch.float32
        self._heads = {
            head: (whole.pop(f"{head}.weight").to(device), whole.pop(f"{head}.bias").to(device))
            for head in HEADS
        }
        self._bert = _bert(whole).to(device, dtype).eval()
        self._device = device
        self._lock = Lock()

    def infer(
        self, ids: "NDArray[np.int64]", types: "NDArray[np.int64]", mask: "NDArray[np.int64]"
    ) -> "tuple[NDArray[np.float32], NDArray[np.float32]]":
        """As `rag.models.reader.Network` has it."""
        import torch

        names = ("input_ids", "token_type_ids", "attention_mask")
        given = {
            name: torch.from_numpy(array).to(self._device)
            for name, array in zip(names, (ids, types, mask), strict=True)
        }
        with self._lock, torch.inference_mode():
            states = self._bert(**given).last_hidden_state.float()
            spans, relevance = self._head("spans", states), self._head("relevance", states[:, 0])
            return spans.cpu().numpy(), relevance[:, 0].cpu().numpy()

    def _head(self, name: str, states: Any) -> Any:
        weight, bias = self._heads[name]
        return states @ weight.T + bias


def whole_arrays(arrays: Arrays) -> "dict[str, NDArray[np.float32]]":
    """The stored arrays in float32, scales multiplied in."""
    return {name: _whole(arrays, name) for name in arrays if not name.endswith(SCALE)}


def _whole(arrays: Arrays, name: str) -> "NDArray[np.float32]":
    """A stored array in float32, multiplied by its scales where it has some."""
    array: NDArray[np.float32] = np.asarray(arrays[name], dtype=np.float32)
    if name + SCALE not in arrays:
        return array
    scale = arrays[name + SCALE].astype(np.float32)
    return (array.reshape(*scale.shape, -1) * scale[:, :, None]).reshape(array.shape)


def _bert(state: dict[str, Any]) -> Any:
    """A ``BertModel`` with these weights, its shape read off them."""
    from transformers import BertConfig, BertModel

    words, places = state["embeddings.word_embeddings.weight"], state["embeddings.position_embeddings.weight"]
    width = words.shape[1]
    config = BertConfig(
        vocab_size=words.shape[0],
        hidden_size=width,
        num_hidden_layers=1 + max(int(n.split(".")[2]) for n in state if n.startswith("encoder.layer.")),
        num_attention_heads=width // HEAD,
        intermediate_size=state["encoder.layer.0.intermediate.dense.bias"].shape[0],
        max_position_embeddings=places.shape[0],
        type_vocab_size=state["embeddings.token_type_embeddings.weight"].shape[0],
        layer_norm_eps=EPSILON,
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(state)
    return model
