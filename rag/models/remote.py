"""A generator on a server that speaks OpenAI's chat completions: vLLM, Ollama, llama.cpp, TGI, and others."""

import json
import math
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

import httpx

from rag.errors import GeneratorFailed
from rag.message import Message
from rag.models.completion import complaint, pieces
from rag.models.slots import Free

CONNECT = 5.0  # seconds until a server is reached
SILENCE = 60.0  # seconds in which it may say nothing: at the beginning it reads the prompt
PER_TOKEN = 3  # characters; a model's own tokens are longer in nearly every language
LONGEST = 16  # characters of a token, as many are asked for: who writes more does not keep to that
BODY = 1 << 20  # bytes that are read of what is no answer
PATIENCE = 5.0  # seconds within which a busy server must want to be asked again to be waited for
BUSY = (408, 425, 429)  # and 500 to 599: another server may do better, or the same one later
_BROKEN = (
    httpx.ReadError,
    httpx.WriteError,
    httpx.RemoteProtocolError,
)  # as where a kept connection has gone


class _Unreached(GeneratorFailed):
    """Nothing has been written yet, so that another server may be asked."""

    def __init__(self, said: str, again: float | None = None) -> None:
        """``again``: seconds after which the same one may be asked once more, if at all."""
        super().__init__(said)
        self.again = again


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
        self._silence = min(SILENCE, seconds)
        timeout = httpx.Timeout(self._silence, connect=CONNECT)
        headers = {b"Accept-Encoding": b"identity"}
        headers |= {b"Authorization": f"Bearer {key.strip()}".encode()} if key else {}
        # No proxy of the environment, nor a password from a .netrc: it speaks to the servers that were named, alone.
        self._client = httpx.Client(timeout=timeout, headers=headers, trust_env=False, follow_redirects=False)

    @property
    def name(self) -> str:
        """The model's, once it is known; till then its first address."""
        return self._model or self._addresses[0]

    def count(self, texts: Sequence[str]) -> list[int]:
        """A guess that is rather too high: the server alone knows its tokens."""
        return [len(text.encode()) // PER_TOKEN + 1 for text in texts]

    def ticket(self) -> Free:
        """Servers have lines of their own."""
        return Free()

    def stream(self, messages: Sequence[Message], _: object = None) -> Generator[str, None, None]:
        """The answer as it comes, from the first server that gives one. Raises GeneratorFailed.

        Where none does, those that are only busy for a moment are asked once more; never after the first word.
        """
        ends, failed = time.monotonic() + self._seconds, dict[str, _Unreached]()
        for again in (False, True):
            for address in self._soon(failed, ends) if again else self._addresses:
                if failed and time.monotonic() > ends:
                    break
                try:
                    yield from self._ask(address, messages, ends)
                    return
                except _Unreached as unreached:
                    failed[address] = unreached
        raise GeneratorFailed(" ".join(dict.fromkeys(map(str, failed.values()))))

    def _soon(self, failed: Mapping[str, _Unreached], ends: float) -> tuple[str, ...]:
        """Those that may be asked once more, after a pause till the first of them may."""
        pauses = {address: each.again for address, each in failed.items() if each.again is not None}
        pause = min(pauses.values(), default=math.inf)
        if pause > min(PATIENCE, ends - time.monotonic()):
            return ()
        time.sleep(pause)
        return tuple(address for address, each in pauses.items() if each <= pause)

    def _ask(self, address: str, messages: Sequence[Message], ends: float) -> Iterator[str]:
        reached = begun = False
        try:
            with self._client.stream(
                "POST", f"{address}/chat/completions", json=self._body(address, messages)
            ) as told:
                _refuse(address, told)
                _refuse_whole(address, told)
                reached = True
                for piece in self._bounded(pieces(told.iter_bytes()), ends):
                    begun = True
                    yield piece
        except GeneratorFailed as failed:
            if begun or not reached:
                raise
            raise _Unreached(str(failed)) from failed
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            said = f"{_trouble(address, error, self._silence)}."
            if begun:
                raise GeneratorFailed(said) from error
            raise _Unreached(said, again=0.0 if isinstance(error, _BROKEN) else None) from error

    def _bounded(self, said: Iterator[str], ends: float) -> Iterator[str]:
        """What is said, as long as there is time, and no more than was asked for. Raises GeneratorFailed."""
        left = self._tokens * LONGEST
        for piece in said:
            if time.monotonic() > ends:
                raise GeneratorFailed(f"The language model took longer than {self._seconds:.0f} seconds.")
            if piece:
                yield piece[:left]
            left -= len(piece)
            if left < 0:
                raise GeneratorFailed("The language model reached its limit of tokens.")

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
            with self._client.stream("GET", f"{address}/models") as told:
                _refuse(address, told)
                body = _read(told)
            try:
                self._model = str(json.loads(body)["data"][0]["id"])
            except (ValueError, LookupError, TypeError, RecursionError) as error:
                raise _Unreached(
                    f"The server at {address} names no model. Name one in FOOTNOTE_GENERATOR_MODEL."
                ) from error
        return self._model


def _refuse(address: str, told: httpx.Response) -> None:
    """Raises GeneratorFailed for an answer that is none."""
    if told.is_success:
        return
    if told.status_code in (401, 403):
        raise GeneratorFailed(f"The server at {address} refuses the key. Look at FOOTNOTE_GENERATOR_KEY.")
    if told.is_redirect:
        raise GeneratorFailed(
            f"The server at {address} sends elsewhere, where nothing is sent. Look at FOOTNOTE_GENERATOR."
        )
    said = _answered(address, told)
    if told.status_code in BUSY or told.is_server_error:
        raise _Unreached(said, again=_pause(told))
    raise GeneratorFailed(said)


def _refuse_whole(address: str, told: httpx.Response) -> None:
    """Raises GeneratorFailed for one document in place of an answer as it is written: most are complaints."""
    if told.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
        raise _Unreached(_answered(address, told))


def _answered(address: str, told: httpx.Response) -> str:
    said = complaint(_read(told))
    return f"The language model at {address} answered with {told.status_code}: {said or 'nothing'}."


def _read(told: httpx.Response) -> str:
    """The beginning of what was said, all of it as a rule."""
    body = b""
    for some in told.iter_bytes():
        body += some
        if len(body) > BODY:
            break
    return body[:BODY].decode("utf-8", "replace")


def _pause(told: httpx.Response) -> float | None:
    """Seconds after which a busy server wants to be asked again; none where it names none."""
    given = told.headers.get("retry-after", "").strip()
    return float(given) if given.isascii() and given.isdecimal() else None


def _trouble(address: str, error: Exception, silence: float) -> str:
    if isinstance(error, httpx.ReadTimeout):
        return f"The language model at {address} said nothing for {silence:.0f} seconds"
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return f"The language model at {address} is not there"
    return f"The language model at {address} broke off ({type(error).__name__})"
