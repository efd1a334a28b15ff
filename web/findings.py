"""Receipts in words, for people: the same on the library page and on the command line. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rag.receipt import Inspection, Receipt
from rag.types import Document, Status

STAGES = {
    "parsing": "reading the file",
    "chunking": "cutting it into passages",
    "embedding": "indexing",
    "publishing": "publishing",
}
COUNTED = {
    "added": "{:,} added",
    "updated": "{:,} updated",
    "unchanged": "{:,} unchanged",
    "renamed": "{:,} renamed",
    "deleted": "{:,} deleted",
}
NOTHING_FOUND = "nothing found"
Range = tuple[int, int]


def standing(document: Document, stage: str | None) -> str:
    """How it is with a document, in a sentence; `stage` is that of its reading, None where nobody reads it."""
    if stage is not None:
        doing = STAGES.get(stage)
        now = f"It is being read: {doing}." if doing else "It waits to be read."
        return f"An earlier reading of it answers questions. {now}" if document.status.published else now
    if document.status.published and document.reason:
        return "An earlier version of it answers questions; the latest could not be published."
    match document.status:
        case Status.READY:
            return "It answers questions."
        case Status.PARTIAL:
            return "It answers questions, but some of its pages could not be read."
        case Status.HELD:
            return "It was read, but no answer uses it before it is released."
        case Status.FAILED:
            return "It could not be read, so no answer uses it."
        case Status.WAITING:
            return "It waits to be read."


def hints(document: Document, receipt: Receipt | None) -> tuple[str, ...]:
    """What somebody who looks through the list should know of a document, in a few words each."""
    if receipt is None:
        return ()
    kept = "taken in" if receipt.released else "left out"
    found = (
        (len(receipt.unreadable), f"{counted(len(receipt.unreadable), 'page')} unreadable"),
        (len(receipt.ocr), f"{counted(len(receipt.ocr), 'page')} by OCR"),
        (receipt.hidden_characters, f"{counted(receipt.hidden_characters, 'hidden character')} {kept}"),
        (len(receipt.instructions), _instructions(document, receipt)),
        (bool(receipt.uninspected), "not inspected for hidden text"),
        (len(receipt.warnings), counted(len(receipt.warnings), "warning")),
    )
    return tuple(words for present, words in found if present)


def inspection(receipt: Receipt) -> str:
    """What looking for text that is not meant for readers came to, in a sentence."""
    match receipt.inspection:
        case Inspection.CLEAR if receipt.released:
            return "Nothing was left out."
        case Inspection.CLEAR:
            return "Clear: nothing hidden was found, and nothing that addresses the assistant."
        case Inspection.HIDDEN if receipt.released:
            return "Hidden text was found, and taken in after its release."
        case Inspection.HIDDEN:
            return "Hidden text was found, and left out."
        case Inspection.UNINSPECTED:
            return f"Not inspected: {receipt.uninspected}"
        case Inspection.INSTRUCTIONS:
            return "It seems to give instructions to the assistant."


def lines(receipt: Receipt) -> Iterator[tuple[str, str]]:
    """The whole receipt, line by line: what is counted, and what came out."""
    yield "pages", str(receipt.pages)
    yield "with text", str(receipt.with_text)
    for label, numbers in (
        ("by OCR", receipt.ocr), ("empty", receipt.empty), ("unreadable", receipt.unreadable),
    ):  # fmt: skip
        yield label, f"{len(numbers)}: {numbered(numbers)}" if numbers else "0"
    yield "tables", str(receipt.tables)
    yield "passages", str(receipt.chunks)
    yield "inspection", inspection(receipt)
    for how, characters in receipt.hidden.items():
        yield "hidden", f"{characters:,} {how}"
    if receipt.hidden_pages:
        yield "hidden on", numbered(receipt.hidden_pages)
    yield from (("instruction", f"“{sentence}”") for sentence in receipt.instructions)
    if receipt.released:
        yield "released", "its owner has overruled the screening"
    yield from (("warning", warning) for warning in receipt.warnings)
    yield from (
        ("time", f"{spent:.2f} s {STAGES.get(stage, stage)}") for stage, spent in receipt.seconds.items()
    )


def numbered(numbers: Iterable[int]) -> str:
    """Numbers of pages as people list them: "1, 4–7"."""
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ranges(numbers))


def ranges(numbers: Iterable[int]) -> tuple[Range, ...]:
    """The first and last of each run of neighbours. Law: they hold the same numbers."""
    found: list[Range] = []
    for number in sorted(set(numbers)):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)


def shares(seconds: Mapping[str, float]) -> tuple[tuple[str, float, float], ...]:
    """Stages with their seconds, and how much of the longest each took, in percent: the bars of a chart."""
    longest = max(seconds.values(), default=0) or 1
    return tuple((stage, spent, round(100 * spent / longest, 1)) for stage, spent in seconds.items())


def outcome(reported: Mapping[str, Any]) -> str:
    """The counts of a sync, those that are not 0, and what ended it early; whatever else is reported is passed over."""
    counts = [words.format(reported[name]) for name, words in COUNTED.items() if reported.get(name)]
    failed = len(reported.get("failed", ()))
    told = ", ".join([*counts, *([f"{failed:,} failed"] if failed else [])]) or NOTHING_FOUND
    return f"{told}. {reported['error']}" if reported.get("error") else told


def counted(count: int, noun: str) -> str:
    """A number and its noun: "1 page", "1,204 pages"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _instructions(document: Document, receipt: Receipt) -> str:
    held = "held: " if document.status is Status.HELD else "released: " if receipt.released else ""
    return f"{held}looks like instructions"
