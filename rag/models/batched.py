"""A generator in this process that writes many answers at once: what a CUDA card is for.

Continuous batching over a paged cache (Kwon et al. 2023), by transformers' own manager: each step gives every answer
that is being written its next token, and a new question joins at the next step. Whose token it is the manager says by
the name of the request, and each request has a box of its own, so that no text can cross.
"""

import math
import time
import uuid
from collections.abc import Iterator
from importlib.util import find_spec
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from rag.errors import GeneratorFailed
from rag.models.chat_generator import ChatGenerator
from rag.ports import Ticket

if TYPE_CHECKING:
    from tokenizers.decoders import DecodeStream

PAGE = 256  # tokens of a page of the cache
READ = 512  # tokens of prompts that a processor reads in one step
SHARE = 0.8  # of a card's free memory that the cache may take
LOOK = 0.1  # seconds after which the manager is looked at, whatever it says
BACKOFF = 5.0  # seconds until a manager that fell over is begun again


class BatchedGenerator(ChatGenerator):
    """Many answers at once. Any number of threads may use it."""

    AT_ONCE = 32

    def _prepare(self) -> None:
        self._ends = _ends(self._model.generation_config.eos_token_id)
        self._blocks = self._at_once * math.ceil((self.room + self._tokens) / PAGE)
        self._beginning = Lock()
        self._post = self._begun()

    def _written(self, ids: list[int], tokens: int, ticket: Ticket) -> Iterator[str]:  # noqa: ARG002
        from tokenizers.decoders import DecodeStream

        until, text = time.monotonic() + self._seconds, DecodeStream(skip_special_tokens=True)
        post, said = self._running(), list[int]()
        name, box = post.send(ids, tokens)
        try:
            for output in self._until(box, until):
                new, said = output.generated_tokens[len(said) :], output.generated_tokens
                if piece := self._text(text, new):
                    yield piece
        finally:
            post.cancel(name)
        if tokens > 1 and len(said) >= tokens and said[-1] not in self._ends:
            raise GeneratorFailed(f"The language model reached its limit of {tokens} tokens.")

    def _text(self, text: "DecodeStream", new: list[int]) -> str:
        """What these tokens add; half a letter waits for the other half."""
        steps = (text.step(self._template, token) for token in new if token not in self._ends)
        return "".join(step or "" for step in steps)

    def _until(self, box: "SimpleQueue[Any]", until: float) -> Iterator[Any]:
        """What comes for a request till its end. Raises GeneratorFailed where it fails, or its time is up."""
        while True:
            try:
                output = box.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                raise GeneratorFailed(
                    f"The language model took longer than {self._seconds:.0f} seconds."
                ) from None
            if isinstance(output, BaseException):
                raise self._failed(output) from output
            if output.status.name == "FAILED":
                raise self._failed(RuntimeError(output.error))  # what failed is known as text alone here
            yield output
            if output.is_finished():
                return

    def _running(self) -> "_Post":
        """The post that is open; a new one where that fell over, but not at once again."""
        with self._beginning:
            if not self._post.open:
                if time.monotonic() < self._post.again:
                    raise GeneratorFailed(f"The language model {self.name} fell over and is begun again.")
                self._post = self._begun()
            return self._post

    def _begun(self) -> "_Post":
        from transformers import GenerationConfig
        from transformers.generation import ContinuousBatchingConfig

        cuda = self._model.device.type == "cuda"
        manager = self._model.init_continuous_batching(
            generation_config=GenerationConfig(
                do_sample=False, eos_token_id=sorted(self._ends) or -1, max_new_tokens=self._tokens
            ),
            continuous_batching_config=ContinuousBatchingConfig(
                page_size=PAGE,
                num_blocks=None if cuda else self._blocks,
                max_batch_tokens=None if cuda else READ,
                max_memory_percent=SHARE,
                # Prompts of different people share no pages, so that how long one takes says nothing of another's.
                allow_block_sharing=False,
                # From the package alone where it is installed, for otherwise code would be fetched.
                auto_switch_to_flash=find_spec("flash_attn") is not None,
            ),
        )
        post = _Post(manager)
        post.start()
        return post


class _Post(Thread):
    """Brings what the manager says to whom it is for. The manager's own thread is a daemon as this one is."""

    def __init__(self, manager: Any) -> None:
        super().__init__(name="generator", daemon=True)
        self.open = True
        self.again = 0.0  # when another may be begun
        self._manager = manager
        self._boxes: dict[str, SimpleQueue[Any]] = {}
        self._guard = Lock()

    def send(self, ids: list[int], tokens: int) -> tuple[str, "SimpleQueue[Any]"]:
        """A new request: its name, and the box for what comes of it."""
        name, box = uuid.uuid4().hex, SimpleQueue[Any]()
        with self._guard:
            self._boxes[name] = box
            if not self.open:
                box.put(RuntimeError("closed"))
                return name, box
        self._manager.add_request(ids, request_id=name, max_new_tokens=tokens, streaming=True)
        return name, box

    def cancel(self, name: str) -> None:
        """Write no more of it, and bring no more."""
        with self._guard:
            self._boxes.pop(name, None)
        self._manager.cancel_request(name)

    def run(self) -> None:
        """Until the manager falls over."""
        try:
            self._manager.start()
            while self._manager.is_running():
                output = self._manager.get_result(timeout=LOOK)
                box = self._boxes.get(output.request_id) if output else None
                if box:
                    box.put(output)
            failure = self._manager.background_thread_status.fatal_error or RuntimeError("stopped")
        except Exception as error:  # noqa: BLE001 whatever it is, those who wait must hear of it
            failure = error
        with self._guard:
            self.open = False
            self.again = time.monotonic() + BACKOFF
            for box in self._boxes.values():
                box.put(failure)


def _ends(told: int | list[int] | None) -> frozenset[int]:
    """The tokens behind which nothing comes."""
    return frozenset([told] if isinstance(told, int) else told or [])
