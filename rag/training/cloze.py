"""Questions made of a text's own sentences: a fact of one is asked for with what stands around it. Pure.

After Lewis et al. (2019), "Unsupervised Question Answering by Cloze Translation", in its plain form: the fact is
replaced by an asking word, which goes to the front, and some of the other words are left out, so that what is learnt is
more than where the same words stand.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.tokens import Kind, Token, tokens

Span = tuple[int, int]

LEAST = 6  # words of content beside the fact: fewer ask about anything
AROUND = 14  # words on either side that are kept
LEFT_OUT = 0.15  # share of the words
LONGEST = 4  # words of a plain phrase
PLAIN = 0.25  # how often a plain phrase is asked for where there are facts
ENDS = (".", "!")
ADDRESS = re.compile(r"://|www\.|\]\(")
ASKING = {
    Kind.NAME: ("what", "which", "who"),
    Kind.NUMBER: ("how many", "how much", "what"),
    Kind.DATE: ("when", "what date"),
    Kind.CODE: ("what", "which"),
    Kind.WORD: ("what",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloze:
    """A question, and where its answer stands in the text."""

    question: str
    answer: Span


def clozes(text: str, dice: random.Random) -> Iterator[Cloze]:
    """At most one question of each sentence: about a number, date, name or code of it, or a phrase."""
    for _, group in groupby(tokens(text), key=lambda token: token.sentence):
        sentence = list(group)
        choice = _choice(sentence, dice) if _is_prose(text, sentence) else []
        if choice and sum(token.content for token in sentence) - len(choice) >= LEAST:
            yield Cloze(
                question=_question(text, sentence, choice, dice), answer=(choice[0].start, choice[-1].end)
            )


def _is_prose(text: str, sentence: Sequence[Token]) -> bool:
    """Whether it ends as a sentence does, and holds no address."""
    start, end = sentence[0].start, sentence[-1].end
    return text[end : end + 1] in ENDS and not ADDRESS.search(text[start:end])


def _choice(sentence: Sequence[Token], dice: random.Random) -> list[Token]:
    """The tokens of what is asked for; none where the sentence has nothing to ask for."""
    runs = [list(run) for _, run in groupby(sentence, key=_alike)]
    facts = [run for run in runs if run[0].kind is not Kind.WORD and (len(run) > 1 or run is not runs[0])]
    phrases = [
        run for run in runs if run[0].kind is Kind.WORD and run[0].content and 2 <= len(run) <= LONGEST
    ]
    some = phrases if phrases and (not facts or dice.random() < PLAIN) else facts
    return dice.choice(some) if some else []


def _alike(token: Token) -> tuple[object, ...]:
    """What stands side by side and is alike in this is one thing: the parts of a name, the words of a phrase."""
    single = token.start if token.kind not in (Kind.NAME, Kind.WORD) else -1
    return token.kind, token.content, token.clause, single


def _question(text: str, sentence: Sequence[Token], choice: Sequence[Token], dice: random.Random) -> str:
    at = sentence.index(choice[0])
    before, after = sentence[max(0, at - AROUND) : at], sentence[at + len(choice) :][:AROUND]
    kept = [
        text[token.start : token.end]
        for token in (*before, *after)
        if token.kind is not Kind.WORD or dice.random() >= LEFT_OUT
    ]
    return " ".join([dice.choice(ASKING[choice[0].kind]), *kept]) + "?"
