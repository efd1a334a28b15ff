"""What a reader learns from: a question, a passage, and where the answer stands in it, if it does."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One question beside one passage."""

    question: str
    passage: str  # as it is embedded: title, headings and text
    answers: tuple[Span, ...] = ()  # characters of the passage; alternatives
    relevant: bool = False  # whether the passage answers
    pointed: bool = True  # whether the answers are known; else only relevance can be learnt from it
    group: str = ""  # what the question is about, such as an article: whole groups are held out

    def __post_init__(self) -> None:
        if self.answers and not self.relevant:
            raise ValueError("a passage that holds an answer is relevant")


def save(examples: Iterable[Example], file: Path) -> None:
    """Write one a line; the file is there only once all are."""
    stage = file.with_name(file.name + ".new")
    with stage.open("w", encoding="utf-8") as out:
        for example in examples:
            out.write(json.dumps(asdict(example)) + "\n")
    stage.replace(file)


def load(file: Path) -> Iterator[Example]:
    """What `save` wrote."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            answers = tuple((start, end) for start, end in record.pop("answers"))
            yield Example(**record, answers=answers)
