"""A chat model on a processor, made quick at what writing is: one row after the other through all weights. Torch.

oneDNN multiplies many rows well and a single one badly: on two cores with avx512_bf16 torch's own product of a matrix
and a vector takes half its time. And where several heads share their keys, torch's attention packs these once for each
head; a single row may be taken as a few rows of fewer heads instead, which is the same sum.
"""

from typing import Any

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

NAME = "sdpa_of_one_row"


def quicken(model: Any) -> None:
    """Change how it is run, not what comes of it but for rounding; of use in bfloat16 on a processor."""
    AttentionInterface.register(NAME, _attention)
    AttentionMaskInterface.register(NAME, sdpa_mask)
    if model.config._attn_implementation == "sdpa":
        model.set_attn_implementation(NAME)
    model.register_forward_pre_hook(_before, with_kwargs=True)
    model.register_forward_hook(_behind, always_call=True)


def _attention(
    module: Any, query: Any, key: Any, value: Any, attention_mask: Any, **options: Any
) -> tuple[Any, None]:
    batch, heads, rows, width = query.shape
    shared = key.shape[1]
    if rows > 1 or attention_mask is not None or shared == heads:
        found, _ = sdpa_attention_forward(module, query, key, value, attention_mask, **options)
        return found, None
    grouped = query.reshape(batch, shared, heads // shared, width)
    found = torch.nn.functional.scaled_dot_product_attention(
        grouped, key, value, scale=options.get("scaling")
    )
    return found.reshape(batch, 1, heads, width), None


def _before(_: Any, given: tuple[Any, ...], named: dict[str, Any]) -> None:
    ids = named.get("input_ids", given[0] if given else None)
    torch.backends.mkldnn.enabled = ids is None or ids.numel() > 1


def _behind(*_: Any) -> None:
    torch.backends.mkldnn.enabled = True
