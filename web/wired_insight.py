"""What is learnt of the questions that were asked, each part made when it is first asked for; see wiring."""

from functools import cached_property
from threading import Thread
from typing import TYPE_CHECKING

import structlog

from web.wired_answering import Answering

if TYPE_CHECKING:
    from rag.answer import Answerer
    from rag.feedback import Feedback
    from rag.gaps import Gaps
    from rag.types import Answer, Question
    from rag.usage import Usage

LOOKING = 2.0  # seconds that open questions are asked again for before other work is looked for

log = structlog.get_logger()


class Insight(Answering):
    """Feedback, gaps and figures."""

    _looking: Thread | None = None

    @cached_property
    def feedback(self) -> "Feedback":
        """What readers say of answers."""
        from rag.feedback import Feedback

        return Feedback(self.database, self.clock)

    @cached_property
    def usage(self) -> "Usage":
        """Figures of the questions that were asked."""
        from rag.usage import Usage

        return Usage(self.database)

    @cached_property
    def gaps(self) -> "Gaps":
        """Questions that wait for a document."""
        from rag.gaps import Gaps
        from rag.questions import Questions

        return Gaps(
            database=self.database,
            questions=Questions(self.database, self.fingerprint),
            embedder=lambda: self.embedder,
            ask=self._ask_in_quotes,
            clock=self.clock,
        )

    @cached_property
    def quoter(self) -> "Answerer":
        """Answers in quotes, whatever else writes: what is cheap enough to ask again and again."""
        return self.answerer_with(self.settings.threshold, self.calibration, written=False)

    def _ask_in_quotes(self, question: "Question") -> "Answer":
        return self.quoter.answer(question)

    def look_again_soon(self) -> None:
        """The same beside whoever asks for it, unless it is being done."""
        if self._looking is None or not self._looking.is_alive():
            self._looking = Thread(target=self.look_again, name="gaps", daemon=True)
            self._looking.start()

    def looked(self, timeout: float | None = None) -> None:
        """Wait, for so many seconds at most, until that is over."""
        if self._looking is not None:
            self._looking.join(timeout)

    def look_again(self) -> None:
        """Ask some open questions again. What goes wrong is logged: it must not keep others from their work."""
        try:
            self.gaps.look_again(LOOKING)
        except Exception as error:  # noqa: BLE001 documents are read whatever becomes of a question
            log.warning("gaps_wait", error=str(error))
