"""A follow-up question made one that can be looked up by itself, without a generator.

What it leaves unsaid is taken over from the earlier question that it goes back to: a bare phrase ("And for
part-timers?") takes the place of the phrase there that it is most like; a sentence is given the telling words of that
question, in brackets. A question that says what it is about stays as it is, word for word. To carry words of earlier
questions over, and only those that belong to the topic, is query resolution (Voskarides et al. 2020, "Query Resolution
for Conversational Search with Limited Supervision", SIGIR); here wording and embedder decide, nothing is trained.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.ports import Embedder, Rewriter
from rag.types import Question, Turn
from rag.utterance import Stance, Utterance, phrases, read, telling

# Cosines of the bundled embedder, set on the development part of data/conversations.
SAME_TOPIC = (
    0.25  # of the telling words of a brief sentence and an earlier question or answer: it goes on with it
)
RELATED = 0.15  # of a phrase and the earlier question or a phrase of it: it belongs to that question
PARALLEL = 0.34  # of a phrase and one of the earlier question: it takes that one's place
SHORT = 2  # telling words of a phrase that says too little to be a topic of its own
STEM = 4  # characters of a word by which it is known again
REMEMBERED = 5  # earlier turns that are looked at
CARRIED = 12  # words taken over at most
CHARS = 400  # of an earlier question or answer that are read

_DETERMINER = re.compile(r"\b(?:an?|the|my|our)\s+$", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:an?|the|my|our|your|their)\s", re.IGNORECASE)
_PREPOSITION = re.compile(r"^(?:(?:for|in|at|on|with|as|of|from|by|to|about)\s+)+", re.IGNORECASE)
_REJECTED = re.compile(r"^not [^,]*, (?:but )?|,? (?:and )?(?:not|instead of|rather than) .*", re.IGNORECASE)


def standing(question: Question, rewriter: Rewriter) -> Question:
    """The question as one that needs no conversation: what is meant, without the turns before it."""
    return replace(question, text=rewriter.rewrite(question), history=()) if question.history else question


class CarryOver:
    """Rewrites by carrying words over from the questions before."""

    def __init__(self, embedder: Embedder) -> None:
        """The embedder tells which phrases and questions are alike."""
        self._embedder = embedder

    def rewrite(self, question: Question) -> str:
        """What is asked, readable without the history. The text itself where nothing is missing."""
        return self._resolve(question.text, question.history[-REMEMBERED:])

    def _resolve(self, text: str, turns: Sequence[Turn]) -> str:
        said = read(text)
        at = self._turn_meant(said, turns) if turns and said.stance is not Stance.ALONE else None
        if at is None:
            return text
        prior = self._resolve(turns[at].question[:CHARS], turns[:at])
        if said.stance is Stance.PHRASE:
            return self._place(said, prior)
        return _append(text, prior)

    def _turn_meant(self, said: Utterance, turns: Sequence[Turn]) -> int | None:
        """Which turn a question goes back to; None where it begins a topic of its own."""
        if not said.returns and said.stance is not Stance.BRIEF:
            return len(turns) - 1 if said.stance is Stance.PHRASE else _named(said, turns)
        asked, answered = ([t.question[:CHARS] for t in turns], [t.answer[:CHARS] for t in turns])
        cosines = self._likeness(_gist(said.body or said.text), [_gist(each) for each in (*asked, *answered)])
        likeness = [max(pair) for pair in zip(cosines[: len(turns)], cosines[len(turns) :], strict=True)]
        best = max(range(len(turns)), key=lambda at: (likeness[at], at))
        return best if said.returns or likeness[best] >= SAME_TOPIC else None

    def _place(self, said: Utterance, prior: str) -> str:
        """The earlier question with the phrase put in the place of its like, or at its end."""
        spans = phrases(prior)
        cosines = self._likeness(said.body, [prior, *(prior[start:end] for start, end in spans)])
        short = len(telling(said.body)) <= SHORT
        if not said.linked and max(cosines) < (RELATED if short else PARALLEL):
            return said.text
        phrase = _bare(said.body)
        if not phrase:  # "And then?"
            return prior
        scored = [
            (cosine + _akin(phrase, prior[start:end]), start, end)
            for cosine, (start, end) in zip(cosines[1:], spans, strict=True)
        ]
        score, start, end = max(scored, default=(0.0, 0, 0))
        if score < PARALLEL:
            return f"{prior.rstrip(' ?.!')}, {phrase}?"
        return f"{_DETERMINER.sub('', prior[:start])}{phrase}{prior[end:]}"

    def _likeness(self, text: str, others: Sequence[str]) -> list[float]:
        vectors = self._embedder.embed([text, *others])
        cosines: list[float] = (vectors[1:] @ vectors[0]).tolist()
        return cosines


def _gist(text: str) -> str:
    """The telling words of a text: two questions are not about the same for both beginning with "how long is the"."""
    return " ".join(telling(text)) or text


def _named(said: Utterance, turns: Sequence[Turn]) -> int:
    """The latest turn that shares a telling word with the question, or else the latest."""
    words = set(telling(said.text))
    shared = (words & set(telling(f"{turn.question} {turn.answer}"[:CHARS])) for turn in turns)
    return max((at for at, both in enumerate(shared) if both), default=len(turns) - 1)


def _bare(body: str) -> str:
    """A phrase as it fits into a sentence: without its preposition, its mark and what it says no to."""
    kept = _REJECTED.sub("", " ".join(body.split())).rstrip(" ?.!").removesuffix(" ones")
    bare = _PREPOSITION.sub("", kept) or kept
    return bare[:1].lower() + bare[1:] if _ARTICLE.match(bare) else bare


def _akin(one: str, other: str) -> bool:
    """Whether two phrases share a word, or hyphened part of one, up to its ending: part-timers, full-time."""
    mine, theirs = (
        {part for word in telling(text) for part in word.split("-") if len(part) >= STEM}
        for text in (one, other)
    )
    return any(a.startswith(b) or b.startswith(a) for a in mine for b in theirs)


def _append(text: str, prior: str) -> str:
    carried = list(_missing(text, (prior[start:end] for start, end in phrases(prior))))
    return f"{text} ({', '.join(carried)})" if carried else text


def _missing(text: str, found: Iterable[str]) -> Iterable[str]:
    """The phrases that add a word to the text, until enough are carried."""
    known, room = set(telling(text)), CARRIED
    for phrase in found:
        words = telling(phrase)
        if set(words) <= known or len(words) > room:
            continue
        room -= len(words)
        known.update(words)
        yield phrase
