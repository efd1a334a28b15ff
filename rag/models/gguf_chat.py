"""The bundled chat model, out of its GGUF file: converted once to safetensors, with the tokenizer of its makers.

transformers reads the weights of a GGUF file, but makes of its vocabulary a tokenizer that cuts otherwise than the
original: it puts a start mark first, and keeps runs of digits together. So the tokenizer is put together here from the
same vocabulary and merges by the rules that the file names ("smollm"): digits one by one, then GPT-2's pattern
(Radford et al. 2019) over bytes.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError
from rag.models import weights
from rag.models.catalog import GeneratorSpec
from rag.models.once import make_once

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FORMAT = 2  # raise it where the conversion below changes
DONE = "converted.json"
CONTROL = 3  # the kind of a token that is none of text, in GGUF


def converted(spec: GeneratorSpec, folder: Path) -> Path:
    """The folder below ``folder`` that holds the model for transformers; converted first if need be.

    Raises ModelError where the file is missing or damaged, or there is no room.
    """
    target = folder / spec.name
    if _is_done(spec, target):
        return target
    source = weights.installed(spec)
    weights.check(spec, source)
    try:
        make_once(
            target, lambda: _is_done(spec, target), lambda stage: _convert(spec, source / spec.file, stage)
        )
    except OSError as error:
        raise ModelError(
            f"The model {spec.name} could not be converted: the models folder in Footnote's home cannot be written "
            f"({error.strerror}). Make room or rights and start again."
        ) from error
    return target


def _is_done(spec: GeneratorSpec, target: Path) -> bool:
    try:
        return bool(json.loads((target / DONE).read_bytes()) == _manifest(spec))
    except (OSError, ValueError):
        return False


def _manifest(spec: GeneratorSpec) -> dict[str, Any]:
    return {"format": FORMAT, "sha256": dict(spec.files)[spec.file]}


def _convert(spec: GeneratorSpec, file: Path, stage: Path) -> None:
    import torch
    from safetensors.torch import save_file
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()
    model = AutoModelForCausalLM.from_pretrained(
        file.parent, gguf_file=file.name, dtype=torch.float32, local_files_only=True, trust_remote_code=False
    )
    state = {name: value.to(torch.bfloat16) for name, value in model.state_dict().items()}
    if model.config.tie_word_embeddings:
        del state["lm_head.weight"]
    save_file(state, stage / "model.safetensors", metadata={"format": "pt"})
    del model.config.quantization_config  # of the file: here the weights are whole
    model.config.architectures = [type(model).__name__]  # which other programs look for
    model.config.save_pretrained(stage)
    fields = _fields(file)
    tokenizer(fields).save(str(stage / "tokenizer.json"))
    names = fields["tokenizer.ggml.tokens"]
    told = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "chat_template": fields["tokenizer.chat_template"],
        "eos_token": names[fields["tokenizer.ggml.eos_token_id"]],
        "pad_token": names[fields["tokenizer.ggml.padding_token_id"]],
        "clean_up_tokenization_spaces": False,
    }
    (stage / "tokenizer_config.json").write_text(json.dumps(told, indent=2), encoding="utf-8")
    (stage / DONE).write_text(json.dumps(_manifest(spec)), encoding="utf-8")


def tokenizer(fields: dict[str, Any]) -> "Tokenizer":
    """Byte-level BPE over the vocabulary and merges of a GGUF file, digits one by one; no mark is added."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    names, kinds = fields["tokenizer.ggml.tokens"], fields["tokenizer.ggml.token_type"]
    merges = [tuple(each.split(" ")) for each in fields["tokenizer.ggml.merges"]]
    made = Tokenizer(models.BPE(vocab={name: at for at, name in enumerate(names)}, merges=merges))
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens(
        [
            AddedToken(name, special=True, normalized=False)
            for name, kind in zip(names, kinds, strict=True)
            if kind == CONTROL
        ]
    )
    return made


def _fields(file: Path) -> dict[str, Any]:
    """What the file says of itself."""
    from gguf import GGUFReader

    return {name: field.contents() for name, field in GGUFReader(str(file)).fields.items()}
