"""A generator in this process: a causal chat model of transformers, on a CUDA card where there is one. Torch."""

import json
import re
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from queue import Empty
from threading import Event, Lock, Thread
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    StoppingCriteria,
    StoppingCriteriaList,
    TextIteratorStreamer,
)
from transformers.utils import logging

from rag.errors import GeneratorFailed, ModelError
from rag.message import Message
from rag.models.torch_model import bf16, on_cuda

WAIT = 10.0  # seconds that a question waits for the one before it
MARK = re.compile("\ue000(\\d+)\ue001")  # where a message's text goes, while its template is filled in


class LocalGenerator:
    """One answer at a time; whoever comes meanwhile waits a little. Any number of threads may use it."""

    def __init__(self, folder: Path, *, device: str, context: int, tokens: int, seconds: float) -> None:
        """From a folder of safetensors with a tokenizer that has a chat template; no code of the folder is run.

        ``context`` is the most that is read and written, as far as the model goes, ``tokens`` the most that is
        written, in so many ``seconds``. ``device``
        is ``cpu``, ``cuda``, or ``auto``: a CUDA card where there is one. Raises ModelError.
        """
        self._tokenizer, self._model = _load(folder, device)
        self.name = folder.name
        held = getattr(self._model.config, "max_position_embeddings", None) or context
        self.room = min(context, int(held)) - tokens
        self._tokens = tokens
        self._seconds = seconds
        self._slot = Lock()
        self._template = self._tokenizer.backend_tokenizer
        self._material = _without_control_tokens(self._template)
        list(
            self._written([self._template.encode("a", add_special_tokens=False).ids[0]], tokens=1)
        )  # warms up

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text."""
        return [len(each.ids) for each in self._material.encode_batch(list(texts), add_special_tokens=False)]

    def stream(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """The answer, greedily, word by word. Raises GeneratorFailed."""
        if not self._slot.acquire(timeout=WAIT):
            raise GeneratorFailed("The language model is busy with other questions.")
        try:
            yield from self._written(self.encode(messages), tokens=self._tokens)
        finally:
            self._slot.release()

    def encode(self, messages: Sequence[Message]) -> list[int]:
        """The ids of a chat: its template's control tokens as such, whatever stands in the messages as mere text.

        A model whose template knows no system message is told that before the first question.
        """
        try:
            return self._encoded(messages)
        except Exception as error:
            if messages[0].role != "system":
                raise GeneratorFailed(
                    f"The chat template of {self.name} does not take this: {error}."
                ) from error
            first, second, *rest = messages
            told = Message(role=second.role, content=f"{first.content}\n\n{second.content}")
            return self.encode([told, *rest])

    def _encoded(self, messages: Sequence[Message]) -> list[int]:
        chat = [{"role": each.role, "content": f"\ue000{at}\ue001"} for at, each in enumerate(messages)]
        filled = self._tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
        ids: list[int] = []
        for at, part in enumerate(MARK.split(filled)):
            by, text = (self._material, messages[int(part)].content) if at % 2 else (self._template, part)
            ids += by.encode(text, add_special_tokens=False).ids
        return ids

    def _written(self, ids: list[int], *, tokens: int) -> Iterator[str]:
        """What the model writes behind these ids, by a thread of its own, which is gone when this ends."""
        streamer = TextIteratorStreamer(
            self._tokenizer, skip_prompt=True, timeout=self._seconds, skip_special_tokens=True
        )
        run = _Run(self._model, ids, tokens, streamer, self._seconds)
        run.start()
        try:
            for piece in streamer:
                if piece:
                    yield piece
        except Empty:
            run.late = True
        finally:
            run.stop.set()
            run.join()
        if run.failure:
            raise GeneratorFailed(_trouble(self.name, run.failure)) from run.failure
        if run.late:
            raise GeneratorFailed(f"The language model took longer than {self._seconds:.0f} seconds.")
        if tokens > 1 and run.written >= tokens:
            raise GeneratorFailed(f"The language model reached its limit of {tokens} tokens.")


class _Run(Thread):
    """One answer being written."""

    def __init__(
        self, model: Any, ids: list[int], tokens: int, streamer: TextIteratorStreamer, seconds: float
    ) -> None:
        super().__init__(name="generator", daemon=True)
        self.stop = Event()
        self.late = False
        self.written = 0
        self.failure: Exception | None = None
        self._model = model
        self._ids = ids
        self._tokens = tokens
        self._streamer = streamer
        self._ends = time.monotonic() + seconds

    def run(self) -> None:
        """Until the model ends, or it is told to stop, or its time is up."""
        given = torch.tensor([self._ids], device=self._model.device)
        try:
            with torch.inference_mode():
                self._model.generate(
                    given,
                    attention_mask=torch.ones_like(given),
                    max_new_tokens=self._tokens,
                    do_sample=False,
                    temperature=None,
                    top_p=None,
                    top_k=None,
                    streamer=self._streamer,
                    stopping_criteria=StoppingCriteriaList([_Asked(self)]),
                )
        except Exception as error:  # noqa: BLE001 whatever it is, who waits for it must hear of it
            self.failure = error
            self._streamer.end()

    def over(self) -> bool:
        """Whether to stop behind this token."""
        self.written += 1
        self.late = self.late or time.monotonic() > self._ends
        return self.late or self.stop.is_set()


class _Asked(StoppingCriteria):  # type: ignore[misc]  # mypy does not read transformers
    """Asks the run behind each token."""

    def __init__(self, run: _Run) -> None:
        self._run = run

    def __call__(self, input_ids: Any, *_: Any, **__: Any) -> Any:
        """As transformers has it."""
        return torch.full((input_ids.shape[0],), self._run.over(), device=input_ids.device, dtype=torch.bool)


def _load(folder: Path, device: str) -> tuple[Any, Any]:
    logging.disable_progress_bar()
    where = "cuda" if on_cuda(device) else "cpu"
    half = where == "cuda" or bf16()
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        model = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=torch.bfloat16 if half else torch.float32,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
        )
    except (OSError, ValueError, ImportError, KeyError) as error:
        raise ModelError(f"The language model in {folder} cannot be loaded: {error}") from error
    if not getattr(tokenizer, "chat_template", None):
        raise ModelError(f"The model in {folder} has no chat template, so it is none that answers questions.")
    return tokenizer, model.to(where).eval()


def _without_control_tokens(tokenizer: Tokenizer) -> Tokenizer:
    """The same tokenizer for which no text is a control token."""
    told = json.loads(tokenizer.to_str())
    return Tokenizer.from_str(json.dumps({**told, "added_tokens": []}))


def _trouble(name: str, failure: Exception) -> str:
    if isinstance(failure, torch.OutOfMemoryError | MemoryError):
        return f"The language model {name} ran out of memory."
    return f"The language model {name} broke off ({type(failure).__name__})."
