"""An answer in a generator's words: what it writes is cut into sentences, and each is checked before it counts. Pure.

A sentence is read once something has begun behind it, for a citation may follow its stop. What it cites is resolved
against exactly what the generator was shown; see `rag.attribution`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Set
from contextlib import closing
from dataclasses import replace

from rag.attribution import attribute
from rag.cite import Cited, read
from rag.errors import GeneratorFailed
from rag.events import Drafted, Queued, SentenceChecked
from rag.ports import Generator, Ticket
from rag.prompt import build
from rag.support import Judge
from rag.types import Citation, Passage, Question, Sentence

Voice = Callable[[Set[str]], str]  # of the collections of what is shown

AGAIN = 3  # times the same sentence: a model that turns in circles does so to its limit
LONG = 20  # characters of one that nobody says so often on purpose

_BEGUN = re.compile(r"[^\W\d_]{2}|\w{3}")  # words, and not only a marker that is still being written
_STOPS = re.compile(r"[.!?…‽؟۔।॥։。！？．｡\n]")
_THOUGHTS = re.compile(r"\A\s*<think>.*?(?:</think>|\Z)", re.DOTALL)  # of models that reason aloud first


class Writer:
    """Has answers written, and checks them."""

    def __init__(self, generator: Generator, judge: Judge, *, voice: Voice = lambda _: "") -> None:
        """``voice`` is how the house speaks about collections: tone, name, language, what to avoid."""
        self._generator = generator
        self._judge = judge
        self._voice = voice

    @property
    def name(self) -> str:
        """The generator's."""
        return self._generator.name

    def ticket(self) -> Ticket:
        """A place in the generator's line. Raises Busy."""
        return self._generator.ticket()

    def write(
        self, question: Question, passages: tuple[Passage, ...], ticket: Ticket | None = None
    ) -> Iterator[Queued | Drafted | SentenceChecked]:
        """Each sentence as it is being written, and once it is checked, from its turn on. Raises GeneratorFailed.

        Laws: every citation is an exact quote of a passage that the generator was shown. Each place that is cited has
        one marker, and they count from 1 as they come. To close the iterator stops the generator.
        """
        generator = self._generator
        ticket = ticket or generator.ticket()
        yield from _waiting(ticket)
        voice = self._voice({passage.document.collection for passage in passages})
        prompt = build(question, passages, room=generator.room, count=generator.count, voice=voice)
        if not prompt.shown:
            raise GeneratorFailed(
                "The language model can be shown too little to answer from anything (FOOTNOTE_GENERATOR_CONTEXT)."
            )
        draft, markers = _Draft(len(prompt.shown)), dict[tuple[str, int, int, int], int]()
        told = Counter[str]()

        def checked(cited: Cited) -> SentenceChecked:
            told[cited.text] += 1
            if told[cited.text] >= AGAIN and len(cited.text) >= LONG:
                raise GeneratorFailed("The language model began to repeat itself.")
            return SentenceChecked(sentence=_numbered(attribute(cited, prompt.shown, self._judge), markers))

        with closing(generator.stream(prompt.messages, ticket)) as pieces:
            for piece in pieces:
                yield from map(checked, draft.add(piece))
                yield Drafted(text=draft.open)
            yield from map(checked, draft.rest())


def _waiting(ticket: Ticket) -> Iterator[Queued]:
    ahead = 0
    for ahead in ticket.ahead():
        yield Queued(ahead=ahead)
    if ahead:
        yield Queued(ahead=0)


class _Draft:
    """What has been written, and how much of it was told. It reads letter by letter: how it comes changes nothing."""

    def __init__(self, shown: int) -> None:
        self._shown = shown  # passages that may be cited
        self._text = ""
        self._told = 0  # where the sentence begins that is being written

    @property
    def open(self) -> str:
        """The sentence that is being written."""
        return " ".join(self._said[self._told :].split())

    def add(self, piece: str) -> Iterator[Cited]:
        """More text. Gives each sentence behind which another has begun."""
        for letter in piece:
            self._text += letter
            if letter.isalnum() and _STOPS.search(self._text, self._told):
                yield from self._whole()

    def rest(self) -> tuple[Cited, ...]:
        """What was not told yet, once nothing more comes."""
        return self._read()

    @property
    def _said(self) -> str:
        return _THOUGHTS.sub("", self._text)

    def _whole(self) -> Iterator[Cited]:
        *whole, begun = self._read() or (Cited(text="", markers=()),)
        if whole and _BEGUN.search(begun.text):
            self._told = whole[-1].end
            yield from whole

    def _read(self) -> tuple[Cited, ...]:
        return tuple(cited for cited in read(self._said, self._shown, self._told) if cited.text)


def _numbered(sentence: Sentence, markers: dict[tuple[str, int, int, int], int]) -> Sentence:
    """The sentence, its citations numbered by place, in the order in which they come."""
    placed: dict[int, Citation] = {}
    for citation in sentence.citations:
        place = citation.document.id, citation.page, citation.start, citation.end
        marker = markers.setdefault(place, len(markers) + 1)
        placed[marker] = replace(citation, marker=marker)
    return replace(sentence, citations=tuple(placed.values()))
