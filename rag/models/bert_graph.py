"""BERT (Devlin et al. 2019) for OpenVINO, built from arrays: no torch, no conversion, no second copy of the weights.

A matrix may be stored in int8 with a scale for each of so many equal parts of a row (symmetric, block-wise: Dettmers et
al. 2022, "8-bit optimizers via block-wise quantization"); of a table of embeddings a row is one part.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.models.openvino_model import import_openvino

if TYPE_CHECKING:
    from numpy.typing import NDArray

Arrays = Mapping[str, "NDArray[Any]"]
SCALE = ".scale"  # after the name of a matrix in int8
EPSILON = 1e-12
HEAD = 32  # numbers of one attention head
MASKED = -1e4  # added to the attention paid to padding

HEADS = ("spans", "relevance")  # the outputs, and the matrices that make them


class BertGraph:
    """Builds the graph of one set of weights."""

    def __init__(self, weights: Arrays) -> None:
        """``weights`` by the names that transformers gives those of a ``BertModel``, and those of the heads."""
        self._openvino = import_openvino()
        self._ops = self._openvino.opset13
        self._weights = weights
        self._layers = 1 + max(int(n.split(".")[2]) for n in weights if n.startswith("encoder.layer."))

    def model(self) -> Any:
        """Inputs ``input_ids``, ``token_type_ids``, ``attention_mask``, int64, of shape (rows, length).

        Outputs: ``spans``, (rows, length, 2), what speaks for an answer that starts, and ends, at a piece; and
        ``relevance``, (rows, 1).
        """
        names = ("input_ids", "token_type_ids", "attention_mask")
        inputs = [
            self._ops.parameter(self._openvino.PartialShape([-1, -1]), np.int64, name) for name in names
        ]
        for node, name in zip(inputs, names, strict=True):
            node.output(0).get_tensor().set_names({name})
        states = self._embedded(inputs[0], inputs[1])
        mask = self._mask(inputs[2])
        for layer in range(self._layers):
            states = self._layer(states, mask, f"encoder.layer.{layer}")
        first = self._ops.gather(states, self._number(0), self._number(1))
        outputs = [self._dense(states, "spans"), self._dense(first, "relevance")]
        for node, name in zip(outputs, HEADS, strict=True):
            node.output(0).get_tensor().set_names({name})
        return self._openvino.Model([self._ops.result(node) for node in outputs], inputs, "reader")

    def _number(self, value: int) -> Any:
        return self._ops.constant(np.array(value, dtype=np.int64))

    def _shape(self, *sizes: int) -> Any:
        return self._ops.constant(np.array(sizes, dtype=np.int64))

    def _floats(self, name: str) -> Any:
        return self._ops.constant(self._weights[name].astype(np.float32))

    def _matrix(self, name: str) -> Any:
        if name + SCALE not in self._weights:
            return self._floats(name)
        stored, scale = self._weights[name], self._weights[name + SCALE].astype(np.float32)
        rows, groups = scale.shape
        held = self._ops.constant(stored.reshape(rows, groups, -1))
        scaled = self._ops.multiply(self._ops.convert(held, "f32"), self._ops.constant(scale[:, :, None]))
        return self._ops.reshape(scaled, self._shape(*stored.shape), False)

    def _rows(self, name: str, indices: Any) -> Any:
        """Rows of a table; only those are multiplied by their scales."""
        axis = self._number(0)
        if name + SCALE not in self._weights:
            return self._ops.gather(self._floats(name), indices, axis)
        stored = self._ops.gather(self._ops.constant(self._weights[name]), indices, axis)
        scales = self._ops.gather(self._floats(name + SCALE), indices, axis)
        return self._ops.multiply(self._ops.convert(stored, "f32"), scales)

    def _dense(self, states: Any, name: str) -> Any:
        product = self._ops.matmul(states, self._matrix(f"{name}.weight"), False, True)
        return self._ops.add(product, self._floats(f"{name}.bias"))

    def _normed(self, states: Any, name: str) -> Any:
        centred = self._ops.mvn(states, self._shape(-1), True, EPSILON, "inside_sqrt")
        scaled = self._ops.multiply(centred, self._floats(f"{name}.weight"))
        return self._ops.add(scaled, self._floats(f"{name}.bias"))

    def _embedded(self, ids: Any, types: Any) -> Any:
        length = self._ops.gather(self._ops.shape_of(ids, "i64"), self._number(1), self._number(0))
        places = self._ops.range(self._number(0), length, self._number(1), "i64")
        words = self._rows("embeddings.word_embeddings.weight", ids)
        kinds = self._rows("embeddings.token_type_embeddings.weight", types)
        order = self._rows("embeddings.position_embeddings.weight", places)
        return self._normed(self._ops.add(self._ops.add(words, kinds), order), "embeddings.LayerNorm")

    def _mask(self, mask: Any) -> Any:
        seen = self._ops.convert(mask, "f32")
        hidden = self._ops.subtract(self._ops.constant(np.float32(1.0)), seen)
        added = self._ops.multiply(hidden, self._ops.constant(np.float32(MASKED)))
        return self._ops.unsqueeze(added, self._shape(1, 2))

    def _layer(self, states: Any, mask: Any, name: str) -> Any:
        attended = self._dense(self._attended(states, mask, name), f"{name}.attention.output.dense")
        states = self._normed(self._ops.add(states, attended), f"{name}.attention.output.LayerNorm")
        inner = self._ops.gelu(self._dense(states, f"{name}.intermediate.dense"), "erf")
        outer = self._dense(inner, f"{name}.output.dense")
        return self._normed(self._ops.add(states, outer), f"{name}.output.LayerNorm")

    def _attended(self, states: Any, mask: Any, name: str) -> Any:
        width = self._weights[f"{name}.attention.self.query.bias"].shape[0]
        query, key, value = (
            self._split(self._dense(states, f"{name}.attention.self.{part}"), width)
            for part in ("query", "key", "value")
        )
        scale = self._ops.constant(np.float32(1.0 / math.sqrt(HEAD)))
        mixed = self._ops.scaled_dot_product_attention(query, key, value, mask, scale)
        together = self._ops.transpose(mixed, self._shape(0, 2, 1, 3))
        return self._ops.reshape(together, self._shape(0, 0, width), True)

    def _split(self, states: Any, width: int) -> Any:
        """(rows, length, width) as (rows, heads, length, HEAD)."""
        heads = self._ops.reshape(states, self._shape(0, 0, width // HEAD, HEAD), True)
        return self._ops.transpose(heads, self._shape(0, 2, 1, 3))
