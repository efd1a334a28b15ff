"""Examples for a reader out of question sets: each answer beside what Footnote itself would have found instead."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.training.example import Example, Span
from rag.types import Passage
from web.evaluation_home import Home
from web.evaluation_set import Asked, EvaluationSet

DEPTH = 20  # passages found that a question's negatives are taken from
NEGATIVES = 1  # passages that do not answer, for each question

Asking = Callable[[int, int], None]  # how many questions are done, and of how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Miner:
    """Makes examples of one set, whose documents a home has read."""

    home: Home
    given: EvaluationSet
    names: dict[str, str]  # of the set, by document id
    negatives: int = NEGATIVES

    def examples(self, asking: Asking = lambda _done, _all: None) -> Iterator[Example]:
        """Of each question its gold passage, and the likeliest ones that do not answer it.

        A passage is no negative where it holds one of the gold answers word for word. A question that is asked of
        several documents is a template, which any document may answer: it is read beside its own only.
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
        if not template:
            yield from self._others(asked, found)

    def _own(self, asked: Asked, found: Sequence[Passage]) -> Iterator[Example]:
        """Its own document's passages: those that hold the answer; of an unanswerable one the likeliest."""
        own = [passage for passage in found if self.names[passage.document.id] in asked.gold.documents]
        for passage in own if asked.gold.spans else own[:1]:
            example = _example(asked, passage)
            if example.answers or not asked.gold.spans:
                yield example

    def _others(self, asked: Asked, found: Sequence[Passage]) -> Iterator[Example]:
        others = [
            passage
            for passage in found
            if self.names[passage.document.id] not in asked.gold.documents
            and not any(answer.casefold() in passage.chunk.text.casefold() for answer in asked.gold.answers)
        ]
        for passage in others[: self.negatives]:
            yield Example(question=asked.question.text, passage=_text(passage))


def _text(passage: Passage) -> str:
    return passage.chunk.embedded(passage.document.title)


def _example(asked: Asked, passage: Passage) -> Example:
    """A passage of the gold document; whether its answers are known depends on the set."""
    text, answers = _text(passage), tuple(_answers(asked, passage))
    if not asked.gold.answerable:
        return Example(question=asked.question.text, passage=text)
    pointed = bool(asked.gold.spans)
    return Example(
        question=asked.question.text,
        passage=text,
        answers=answers,
        relevant=bool(answers) or not pointed,
        pointed=pointed,
    )


def _answers(asked: Asked, passage: Passage) -> Iterator[Span]:
    """Gold spans within the passage, counted in its text as embedded."""
    chunk = passage.chunk
    shift = len(_text(passage)) - len(chunk.text) - chunk.start
    for span in asked.gold.spans:
        if chunk.start <= span.start and span.end <= chunk.end:
            yield span.start + shift, span.end + shift
