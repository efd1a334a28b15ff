"""A chat model of a given shape with weights of chance: how fast it writes does not depend on what they are.

    python -m tests.benchmarks.random_weights FOLDER [--shape 4b]

writes a folder for `tests.benchmarks.writing --folder`, with the bundled model's tokenizer and chat template. 4b is the
shape of Qwen3-4B (36 layers, 2,560 wide, 32 heads that share 8 keys; Qwen Team 2025). Needs
as much disk and memory as the weights have, 8 GB for 4b.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from transformers import Qwen3Config, Qwen3ForCausalLM

from rag.models import catalog, gguf_chat
from rag.settings import load

SHAPES = {
    "4b": {
        "hidden_size": 2560,
        "intermediate_size": 9728,
        "num_hidden_layers": 36,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "head_dim": 128,
        "vocab_size": 151_936,
        "tie_word_embeddings": True,
    },
    "tiny": {
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "vocab_size": 49_152,
        "tie_word_embeddings": True,
    },
}


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shape", choices=SHAPES, default="4b")
    parser.add_argument("--models", type=Path)
    given = parser.parse_args()
    source = gguf_chat.converted(catalog.BUNDLED_GENERATOR, given.models or load().model_folder)
    write(given.folder, given.shape, source)


def write(folder: Path, shape: str, source: Path) -> None:
    """A model of this shape, with the tokenizer of the model in ``source``."""
    told = json.loads((source / "config.json").read_text())
    torch.manual_seed(0)
    config = Qwen3Config(
        **SHAPES[shape],
        max_position_embeddings=8192,
        bos_token_id=told["bos_token_id"],
        eos_token_id=told["eos_token_id"],
    )
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        model = Qwen3ForCausalLM(config)
    finally:
        torch.set_default_dtype(before)
    model.save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(source / name, folder / name)


if __name__ == "__main__":
    main()
