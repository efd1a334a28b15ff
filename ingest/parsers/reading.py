"""What a parser is told beside the bytes: how much it may take, and what it shall leave out."""

from dataclasses import dataclass

from rag.errors import NoText, UnreadableDocument

_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that one document may hold. Memory and time are limited from outside, see isolate."""

    pages: int = 5_000
    pixels: int = 100_000_000  # of one picture, as decoded
    unpacked_mb: int = 512  # MiB, of all members of an archive together
    members: int = 10_000  # of an archive
    cells: int = 2_000_000  # of all sheets or rows of a table together

    @property
    def unpacked_bytes(self) -> int:
        """`unpacked_mb` in bytes."""
        return self.unpacked_mb * _MEBIBYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How one document shall be read."""

    limits: Limits = Limits()
    keep_hidden: bool = False  # read also what somebody who looks at the page would not see
    ocr: bool = True  # recognise text in pictures of pages
    seconds: float = 90.0  # after which no more pages are recognised; below the limit of isolate
    depth: int = 0  # how many documents this one is attached to; see mail


class OverLimit(UnreadableDocument):
    """The document holds more than a limit allows.

    Says which limit, and how to raise it.
    """


def over(name: str, what: str, limit: int, setting: str) -> OverLimit:
    """The error for a document that holds more than `limit` of `what` ("pages")."""
    return OverLimit(
        f"{name} has more than {limit:,} {what}, the most that is read. Split it, or raise {setting}."
    )


def over_unpacked(name: str, limits: Limits) -> OverLimit:
    """The error for a document that unpacks to more than the limits allow."""
    return over(name, "MiB of data once unpacked", limits.unpacked_mb, "FOOTNOTE_PARSE_UNPACKED_MB")


def empty(name: str) -> NoText:
    """The error for a document in which nothing is written."""
    return NoText(f"{name} is empty: there is no text in it.")


def textless(name: str) -> NoText:
    """The error for a document that may hold pictures, but shows no text."""
    return NoText(
        f"{name} shows no text. If it holds pictures of text, save it as PDF and add that: "
        "text in the pictures of a PDF is recognised."
    )
