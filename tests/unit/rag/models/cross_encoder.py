"""A cross-encoder small enough to be made by a test."""

import warnings
from pathlib import Path

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] the fee is not refunded paid in days . a b c d e ##s".split()


def cross_encoder(folder: Path, *labels: str) -> Path:
    """A cross-encoder of two small layers, saved as its makers would."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(WORDS), "utf-8")
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        id2label=dict(enumerate(labels)), label2id={label: at for at, label in enumerate(labels)},
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        BertForSequenceClassification(config).save_pretrained(folder)
        BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder
