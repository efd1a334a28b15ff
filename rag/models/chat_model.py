"""A causal chat model of transformers: loaded with care, and chats as ids in which no text is a control token."""

import json
import re
from collections.abc import Sequence
from importlib.util import find_spec
from logging import ERROR, getLogger
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import GeneratorFailed, ModelError
from rag.message import Message
from rag.models.torch_model import bf16, on_cuda

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WHOLE = 16  # bits of a weight as it is kept on disk
TOKENIZER = ("tokenizer.json", "tokenizer_config.json")
FULL = re.compile(r"(out\sof|allocate)\smemory")  # as torch says it, of a card and of a processor
MARK = re.compile("\ue000(\\d+)\ue001")  # where a message's text goes, while its template is filled in


class ChatModel:
    """What a generator in this process stands on. Any number of threads may encode and count."""

    def __init__(self, folder: Path, *, device: str, context: int, tokens: int, bits: int = WHOLE) -> None:
        """From a folder of safetensors, or a GGUF file, with a tokenizer that has a chat template.

        No code of the folder is run, and nothing is unpickled.

        ``context`` is the most that is read and written, as far as the model goes, ``tokens`` the most that is
        written. ``device`` is ``cpu``, ``cuda``, or ``auto``: CUDA cards where there are any. ``bits`` of 8 or 4 keep
        the weights so small. Raises ModelError.
        """
        self._tokenizer, self._model = _load(folder, device, bits)
        self.name = folder.name
        held = getattr(self._model.config, "max_position_embeddings", None) or context
        self.room = min(context, int(held)) - tokens
        self._template = self._tokenizer.backend_tokenizer
        self._material = _without_control_tokens(self._template)
        self._known = self._model.get_input_embeddings().num_embeddings

    @property
    def memory(self) -> int:
        """Bytes of its weights as they are kept here."""
        return int(self._model.get_memory_footprint())

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text."""
        return [len(each.ids) for each in self._material.encode_batch(list(texts), add_special_tokens=False)]

    def encode(self, messages: Sequence[Message]) -> list[int]:
        """The ids of a chat: its template's control tokens as such, whatever stands in the messages as mere text.

        A model whose template knows no system message is told that before the first question. Raises GeneratorFailed.
        """
        try:
            ids = self._encoded(messages)
        except Exception as error:
            if messages[0].role != "system":
                raise GeneratorFailed(
                    f"The chat template of {self.name} does not take this: {error}."
                ) from error
            first, second, *rest = messages
            told = Message(role=second.role, content=f"{first.content}\n\n{second.content}")
            return self.encode([told, *rest])
        if ids and max(ids) >= self._known:  # on a card that would end all that is written there, for good
            raise GeneratorFailed(f"The tokenizer of {self.name} is another model's.")
        return ids

    def _encoded(self, messages: Sequence[Message]) -> list[int]:
        chat = [{"role": each.role, "content": f"\ue000{at}\ue001"} for at, each in enumerate(messages)]
        filled = self._tokenizer.apply_chat_template(
            chat,
            tokenize=False,
            add_generation_prompt=True,
            enable_thinking=False,  # where a template knows the word: an answer is waited for
        )
        ids: list[int] = []
        for at, part in enumerate(MARK.split(filled)):
            by, text = (self._material, messages[int(part)].content) if at % 2 else (self._template, part)
            ids += by.encode(text, add_special_tokens=False).ids
        return ids

    def _failed(self, failure: BaseException) -> GeneratorFailed:
        """What is told where the model fails."""
        if isinstance(failure, MemoryError) or FULL.search(str(failure)):
            return GeneratorFailed(f"The language model {self.name} ran out of memory.")
        return GeneratorFailed(f"The language model {self.name} broke off ({type(failure).__name__}).")


def _load(folder: Path, device: str, bits: int) -> tuple[Any, Any]:
    from transformers import AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    gguf = _gguf(folder)
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        model = _placed(folder, cuda=on_cuda(device), bits=bits, **gguf)
    except ModelError:
        raise
    except Exception as error:  # whatever is in the folder, and however little room there is
        raise ModelError(f"The language model in {folder} cannot be loaded: {error}") from error
    if not getattr(tokenizer, "chat_template", None):
        raise ModelError(f"The model in {folder} has no chat template, so it is none that answers questions.")
    return tokenizer, model.eval()


def _placed(folder: Path, *, cuda: bool, bits: int, **gguf: str) -> Any:
    """The model, where it is to run: over all cards where there are several."""
    import torch
    from transformers import AutoModelForCausalLM

    dtype = torch.bfloat16 if cuda or bf16() else torch.float32
    spread = cuda and (bits != WHOLE or torch.cuda.device_count() > 1)
    where = {"device_map": "auto"} if spread else {"device_map": {"": "cpu"}} if bits != WHOLE else {}
    model = AutoModelForCausalLM.from_pretrained(
        folder,
        dtype=dtype,
        local_files_only=True,
        use_safetensors=True,
        trust_remote_code=False,
        **where,
        **gguf,
        **_small(bits, dtype),
    )
    if {"cpu", "disk"} & set(map(str, getattr(model, "hf_device_map", {}).values())) and cuda:
        raise ModelError(f"The language model in {folder} has no room on the cards of this machine.")
    return model if where else model.to("cuda" if cuda else "cpu")


def _gguf(folder: Path) -> dict[str, str]:
    """How transformers is told of weights in one GGUF file. Raises ModelError where their tokenizer is not there.

    What transformers makes of the vocabulary in such a file cuts texts otherwise than the original does.
    """
    files = [] if any(folder.glob("*.safetensors")) else sorted(folder.glob("*.gguf"))
    if not files:
        return {}
    missing = [name for name in TOKENIZER if not (folder / name).is_file()]
    if len(files) > 1 or missing:
        raise ModelError(
            f"The model in {folder} needs one GGUF file, and beside it tokenizer.json and tokenizer_config.json of its "
            "makers: a GGUF file does not say enough of how they cut texts."
        )
    return {"gguf_file": files[0].name}


def _small(bits: int, dtype: Any) -> dict[str, Any]:
    """How transformers is told to keep the weights in so few bits, and to count in that type."""
    if bits == WHOLE:
        return {}
    if find_spec("bitsandbytes") is None:
        raise ModelError(
            f"Weights of {bits} bits (FOOTNOTE_GENERATOR_BITS) need the package bitsandbytes, which is not installed. "
            "Install it, or set FOOTNOTE_GENERATOR_BITS to 16."
        )
    from transformers import BitsAndBytesConfig

    getLogger("bitsandbytes").setLevel(
        ERROR
    )  # on a processor it warns at every step of a way that it takes itself
    told = {"bnb_4bit_quant_type": "nf4", "bnb_4bit_compute_dtype": dtype} if bits == 4 else {}
    return {"quantization_config": BitsAndBytesConfig(load_in_8bit=bits == 8, load_in_4bit=bits == 4, **told)}


def _without_control_tokens(tokenizer: "Tokenizer") -> "Tokenizer":
    """The same tokenizer for which no text is a control token."""
    from tokenizers import Tokenizer

    told = json.loads(tokenizer.to_str())
    return Tokenizer.from_str(json.dumps({**told, "added_tokens": []}))
