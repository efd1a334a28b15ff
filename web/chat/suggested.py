"""First questions that the documents answer: made once for each state of the library, tried before shown."""

import threading
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request

from rag.errors import FootnoteError
from rag.openings import openings
from rag.types import Outcome, Question
from web.chat.first_questions import candidates
from web.wiring import Services

MOST = 4  # that are shown
TRIED = 16  # at most so many are tried


class Suggested:
    """The first questions of a library. Any number of threads may ask for them; one makes them."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._made: tuple[int, tuple[str, ...]] | None = None  # of which state, and what
        self._making = threading.Lock()

    def ready(self) -> tuple[str, ...] | None:
        """Those of the library as it is now, if they have been made; None if they have not."""
        made, state = self._made, self._state()
        return made[1] if made and made[0] == state else None

    def made(self) -> tuple[str, ...]:
        """Those of the library as it is now, which takes a second or two where it has changed."""
        with self._making:
            if (known := self.ready()) is not None:
                return known
            state = self._state()
            try:
                found = tuple(self._good())
            except FootnoteError:  # it changed meanwhile, or cannot be asked; the page is as good without
                found = ()
            self._made = state, found
            return found

    def _state(self) -> int:
        """The number of the latest change."""
        return self._services.feed.seq()

    def _good(self) -> Iterator[str]:
        """The first so many that are answered from the document they were made of, one of each document at first."""
        given = self._services
        quoting = given.answerer_with(given.settings.threshold, given.calibration, written=False)
        tried = 0
        found: list[str] = []
        for document_id, text in self._in_turn():
            if len(found) == MOST or tried == TRIED:
                return
            if text in found:
                continue
            tried += 1
            answer = quoting.answer(Question(text=text))
            cited = {c.document.id for sentence in answer.sentences for c in sentence.citations}
            if answer.outcome is Outcome.ANSWERED and document_id in cited:
                found.append(text)
                yield text

    def _in_turn(self) -> Iterator[tuple[str, str]]:
        """The best question of each document, then the second best of each, and so on."""
        ranked = {
            document_id: sorted({each for page in pages for each in candidates(page)})
            for document_id, pages in openings(self._services.database).items()
        }
        deepest = max(map(len, ranked.values()), default=0)
        for depth in range(deepest):
            level = [(every[depth], known) for known, every in ranked.items() if depth < len(every)]
            for candidate, known in sorted(level, key=lambda each: each[0].kind):
                yield known, candidate.text


def suggested(request: Request) -> Suggested:
    """The first questions of this server's library."""
    found: Suggested = request.app.state.suggested
    return found


TheSuggested = Annotated[Suggested, Depends(suggested)]
