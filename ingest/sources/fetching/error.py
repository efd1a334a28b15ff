"""What may go better the next time."""

from rag.errors import RetryableError


class FetchError(RetryableError):
    """A page did not come, or not whole; it may the next time."""

    def __init__(self, message: str, wait: float = 0.0) -> None:
        """``wait``: for how many seconds its server asks to be left alone."""
        super().__init__(message)
        self.wait = wait
