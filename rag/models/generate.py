"""A generator in this process that writes one answer after the other: what a processor is up to. Torch."""

import time
from collections.abc import Callable, Iterator
from queue import Empty
from threading import Event, Lock, Thread
from typing import Any

import torch
from transformers import StoppingCriteria, StoppingCriteriaList, TextIteratorStreamer

from rag.errors import GeneratorFailed
from rag.models import one_row
from rag.models.chat_generator import ChatGenerator
from rag.models.roomy_cache import roomy_cache
from rag.ports import Ticket

GRACE = 10.0  # seconds in which a run that was told to stop does so, unless it hangs


class LocalGenerator(ChatGenerator):
    """One answer at a time. Any number of threads may use it."""

    def _prepare(self) -> None:
        self._free = Lock()
        if self._model.device.type == "cpu" and self._model.dtype is torch.bfloat16:
            one_row.quicken(self._model)

    def _written(self, ids: list[int], tokens: int, ticket: Ticket) -> Iterator[str]:
        """What the model writes behind these ids, by a thread of its own, which is gone when this ends.

        The thread gives the place up once it is done, however slowly the answer is read.
        """
        streamer = TextIteratorStreamer(
            self._tokenizer, skip_prompt=True, timeout=self._seconds, skip_special_tokens=True
        )
        run = _Run(lambda asked: self._write(ids, tokens, streamer, asked), self._seconds, streamer, ticket)
        run.start()
        try:
            for piece in streamer:
                if piece:
                    yield piece
        except Empty:
            run.late = True
        finally:
            run.stop.set()
            run.join(GRACE)
        if run.failure:
            raise self._failed(run.failure) from run.failure
        if run.late:
            raise GeneratorFailed(f"The language model took longer than {self._seconds:.0f} seconds.")
        if tokens > 1 and run.written >= tokens:
            raise GeneratorFailed(f"The language model reached its limit of {tokens} tokens.")

    def _write(
        self, ids: list[int], tokens: int, streamer: TextIteratorStreamer, asked: "StoppingCriteria"
    ) -> None:
        """All of it, unless a run before hangs: its model is not to be used by two at once."""
        if not self._free.acquire(timeout=self._seconds):
            raise TimeoutError
        try:
            given = torch.tensor([ids], device=self._model.device)
            with torch.inference_mode():
                self._model.generate(
                    given,
                    attention_mask=torch.ones_like(given),
                    past_key_values=roomy_cache(self._model),
                    max_new_tokens=tokens,
                    do_sample=False,
                    temperature=None,
                    top_p=None,
                    top_k=None,
                    streamer=streamer,
                    stopping_criteria=StoppingCriteriaList([asked]),
                )
        finally:
            self._free.release()


class _Run(Thread):
    """One answer being written."""

    def __init__(
        self,
        write: Callable[["_Asked"], None],
        seconds: float,
        streamer: TextIteratorStreamer,
        ticket: Ticket,
    ) -> None:
        super().__init__(name="generator", daemon=True)
        self.stop = Event()
        self.late = False
        self.written = 0
        self.failure: Exception | None = None
        self._write = write
        self._streamer = streamer
        self._ticket = ticket
        self._ends = time.monotonic() + seconds

    def run(self) -> None:
        """Until the model ends, or it is told to stop, or its time is up."""
        try:
            self._write(_Asked(self))
        except Exception as error:  # noqa: BLE001 whatever it is, who waits for it must hear of it
            self.failure = error
            self._streamer.end()
        finally:
            self._ticket.leave()

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
