"""A chat model of weights of chance: as small as one can be, with the bundled model's tokenizer and chat template."""

import json
from pathlib import Path

from rag.models import catalog, gguf_chat, weights

END = 2  # <|im_end|>


def write_model(folder: Path, positions: int = 2048) -> None:
    """Put it into the folder, as transformers keeps models; it reads and writes so many tokens."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    spec = catalog.BUNDLED_GENERATOR
    fields = gguf_chat._fields(weights.installed(spec) / spec.file)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(fields["tokenizer.ggml.tokens"]),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=positions,
        bos_token_id=None,
        eos_token_id=END,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    gguf_chat.tokenizer(fields).save(str(folder / "tokenizer.json"))
    told = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": "<|im_end|>",
        "chat_template": fields["tokenizer.chat_template"],
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(told))
