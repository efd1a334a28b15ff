"""What happens while an answer is written: the one stream that every door renders."""

from dataclasses import dataclass

from rag.types import Answer, Passage, Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class PassagesFound:
    """First event of an answer: what will be read for it."""

    passages: tuple[Passage, ...]
    looked_for: str = ""  # as in Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """The generator writes for others first. It comes again, each second at the latest; the last one says 0."""

    ahead: int  # questions before this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A sentence that is being written, as far as it has come; not checked yet (never from quotes)."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceChecked:
    """A whole sentence, checked against its quotes."""

    sentence: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDone:
    """Last event of an answer."""

    answer: Answer


AnswerEvent = PassagesFound | Queued | Drafted | SentenceChecked | AnswerDone
