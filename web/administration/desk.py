"""What an administrator has asked for since the server started, and how routes get at it."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse

from rag.ports import Clock
from web.administration.task import Task, Tell

PATIENCE = 1.0  # seconds after which a page is shown although the work goes on


class Desk:
    """Every kind of work that takes a while."""

    def __init__(self, clock: Clock) -> None:
        """Nothing was asked for yet."""
        self.choosing = Task(clock)  # what writes answers
        self.trying = Task(clock)  # the models in use
        self.rebuilding = Task(clock)  # the indexes
        self.saving = Task(clock)  # a backup
        self.examining = Task(clock)  # the doctor


def desk(request: Request) -> Desk:
    """The server's."""
    found: Desk = request.app.state.desk
    return found


TheDesk = Annotated[Desk, Depends(desk)]


def begun(task: Task, work: Callable[[Tell], Any], page: str) -> RedirectResponse:
    """Have it done, and go to the page that shows it: done already where it is quick. Raises AlreadyRunning."""
    task.start(work)
    task.wait(PATIENCE)
    return RedirectResponse(page, status_code=303)
