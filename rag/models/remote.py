"""A generator on a server that speaks OpenAI's chat completions: vLLM, Ollama, llama.cpp, TGI, and others."""

import json
import time
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import httpx

from rag.errors import GeneratorFailed
from rag.message import Message

CONNECT = 5.0  # seconds until a server is reached
SILENCE = 60.0  # seconds in which it may say nothing: at the beginning it reads the prompt
PER_TOKEN = 3  # characters; a model's own tokens are longer in nearly every language
SHOWN = 200  # characters of a server's complaint that are passed on
BUSY = (408, 425, 429)  # and 500 to 599: another server may do better, or the same one later


class _Unreached(GeneratorFailed):
    """Nothing has been written yet, so that another server may be asked."""


class RemoteGenerator:
    """Asks one server, and the next where that one is not there or busy. Any number of threads may use it."""

    def __init__(
        self,
        addresses: Sequence[str],
        *,
        model: str = "",
        key: str = "",
        room: int,
        tokens: int,
        seconds: float,
    ) -> None:
        """``addresses`` end where ``/chat/completions`` begins, as ``http://127.0.0.1:8001/v1`` does.

        Without a ``model`` it is the first that the server names. At most ``tokens`` are written, in so many
        ``seconds``; a prompt has ``room`` for so many.
        """
        self.room = room
        self._addresses = tuple(address.rstrip("/") for address in addresses)
        self._model = model
        self._tokens = tokens
        self._seconds = seconds
        timeout = httpx.Timeout(SILENCE, connect=CONNECT)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        # No proxy of the environment, nor a password from a .netrc: it speaks to the servers that were named, alone.
        self._client = httpx.Client(timeout=timeout, headers=headers, trust_env=False)

    @property
    def name(self) -> str:
        """The model's, once it is known; till then its first address."""
        return self._model or self._addresses[0]

    def count(self, texts: Sequence[str]) -> list[int]:
        """A guess that is rather too high: the server alone knows its tokens."""
        return [len(text.encode()) // PER_TOKEN + 1 for text in texts]

    def stream(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """The answer as it comes, from the first server that gives one. Raises GeneratorFailed."""
        ends, failures = time.monotonic() + self._seconds, list[str]()
        for address in self._addresses:
            try:
                yield from self._ask(address, messages, ends)
                return
            except _Unreached as failed:
                failures.append(str(failed))
        raise GeneratorFailed(" ".join(dict.fromkeys(failures)))

    def _ask(self, address: str, messages: Sequence[Message], ends: float) -> Iterator[str]:
        begun = False
        try:
            with self._client.stream(
                "POST", f"{address}/chat/completions", json=self._body(address, messages)
            ) as told:
                _refused(address, told)
                for piece in _pieces(told.iter_lines()):
                    if time.monotonic() > ends:
                        raise GeneratorFailed(
                            f"The language model took longer than {self._seconds:.0f} seconds."
                        )
                    begun = True
                    yield piece
        except httpx.HTTPError as error:
            kind = GeneratorFailed if begun else _Unreached
            raise kind(f"{_trouble(address, error)}.") from error

    def _body(self, address: str, messages: Sequence[Message]) -> dict[str, Any]:
        return {
            "model": self._named(address),
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "stream": True,
            "max_tokens": self._tokens,
            "temperature": 0,
            "seed": 0,
        }

    def _named(self, address: str) -> str:
        """The model that is asked for. Raises GeneratorFailed where the server names none."""
        if not self._model:
            told = self._client.get(f"{address}/models")
            _refused(address, told)
            try:
                self._model = str(told.json()["data"][0]["id"])
            except (ValueError, LookupError, TypeError) as error:
                raise _Unreached(
                    f"The server at {address} names no model. Name one in FOOTNOTE_GENERATOR_MODEL."
                ) from error
        return self._model


def _refused(address: str, told: httpx.Response) -> None:
    """Raises GeneratorFailed for an answer that is none."""
    if told.is_success:
        return
    told.read()
    if told.status_code in (401, 403):
        raise GeneratorFailed(f"The server at {address} refuses the key. Look at FOOTNOTE_GENERATOR_KEY.")
    kind = _Unreached if told.status_code in BUSY or told.is_server_error else GeneratorFailed
    said = " ".join(told.text.split())[:SHOWN]
    raise kind(f"The language model at {address} answered with {told.status_code}: {said or 'nothing'}.")


def _pieces(lines: Iterator[str]) -> Iterator[str]:
    """The text in server-sent events of chat completions; whatever else they hold is passed over."""
    for line in lines:
        name, _, data = line.partition(":")
        if name != "data" or data.strip() == "[DONE]":
            continue
        try:
            event = json.loads(data)
            if "error" in event:
                said = " ".join(str(event["error"]).split())[:SHOWN]
                raise GeneratorFailed(f"The language model broke off: {said}.")
            choice = event["choices"][0] if event.get("choices") else {"delta": {}}
            piece, ending = choice["delta"].get("content"), choice.get("finish_reason")
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise GeneratorFailed("The language model's server said what is no chat completion.") from error
        if piece:
            yield str(piece)
        if ending == "length":
            raise GeneratorFailed("The language model reached its limit of tokens.")


def _trouble(address: str, error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ReadTimeout):
        return f"The language model at {address} said nothing for {SILENCE:.0f} seconds"
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return f"The language model at {address} is not there"
    return f"The language model at {address} broke off ({type(error).__name__})"
