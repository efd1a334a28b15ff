"""Examples for a reader out of question sets: each answer beside what Footnote itself would have found instead."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.training.example import Example, Span
from rag.types import Passage
from web.evaluation_home import Home
from web.evaluation_set import Asked, EvaluationSet

DEPTH = 20  # passages found that a question's negatives are taken from

Asking = Callable[[int, int], None]  # how many questions are done, and of how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Miner:
    """Makes examples of one set, whose documents a home has read."""

    home: Home
    given: EvaluationSet
    names: dict[str, str]  # of the set, by document id
    negatives: int  # passages that do not answer, for each question

    def examples(self, asking: Asking = lambda _done, _all: None) -> Iterator[Example]:
        """Of each question its gold passage, and the likeliest ones that do not answer it.

        A passage is no negative where it holds one of the gold answers word for word. An unanswerable question has
        its negative at home: the passage that seems to answer. A question that is asked of several documents is a
        template, which any document may answer: it is read beside its own only.
        """
        asked = Counter(each.question.text for each in self.given.questions)
        titles = {each.name: each.title for each in self.given.texts}
        for done, each in enumerate(self.given.questions, start=1):
            found = self.home.search(each.question, DEPTH)
            own = min(each.gold.documents, default="")
            for example in self._of(each, found, template=asked[each.question.text] > 1):
                yield replace(example, group=titles.get(own) or own)
            asking(done, len(self.given.questions))

    def _of(self, asked: Asked, found: Sequence[Passage], *, template: bool) -> Iterator[Example]:
        yield from self._own(asked, found)
        if asked.gold.answerable and not template:
            yield from self._others(asked, found)

    def _own(self, asked: Asked, found: Sequence[Passage]) -> Sequence[Example]:
        """Its own passages: those that hold the answer, or else the likeliest, unless spans say that it holds none."""
        own = [_example(asked, passage) for passage in found if self._is_gold(asked, passage)]
        holding = [example for example in own if example.answers]
        return holding or ([] if asked.gold.spans else own[:1])

    def _is_gold(self, asked: Asked, passage: Passage) -> bool:
        name, pages = self.names[passage.document.id], asked.gold.pages
        return name in asked.gold.documents and (not pages or (name, passage.chunk.page) in pages)

    def _others(self, asked: Asked, found: Sequence[Passage]) -> Iterator[Example]:
        others = [
            passage
            for passage in found
            if self.names[passage.document.id] not in asked.gold.documents
            and not any(answer.casefold() in passage.chunk.text.casefold() for answer in asked.gold.answers)
        ]
        for passage in others[: self.negatives]:
            yield Example(question=asked.question.text, passage=passage.embedded)


def _example(asked: Asked, passage: Passage) -> Example:
    """A gold passage; where its answer stands is known, or only that it answers, or that it does not."""
    answerable = asked.gold.answerable
    answers = tuple(_answers(asked, passage)) if answerable else ()
    return Example(
        question=asked.question.text,
        passage=passage.embedded,
        answers=answers,
        relevant=answerable,
        pointed=bool(answers) or not answerable,
    )


def _answers(asked: Asked, passage: Passage) -> Iterator[Span]:
    """Where gold answers stand in the passage, counted in its text as embedded.

    By the set's spans; without any, where the words of an answer first stand (distant supervision: Chen et al. 2017).
    """
    chunk, text = passage.chunk, passage.embedded
    head = len(text) - len(chunk.text)
    for span in asked.gold.spans:
        if span.page in (None, chunk.page) and chunk.start <= span.start and span.end <= chunk.end:
            yield span.start - chunk.start + head, span.end - chunk.start + head
    for answer in () if asked.gold.spans else asked.gold.answers:
        found = re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", chunk.text, re.IGNORECASE)
        if found and found.group():
            yield found.start() + head, found.end() + head
