"""kill -9 of a run over many files when half of them are read; then the same command again.

    python -m tests.reliability.restart FOLDER [--files 500] [--command sync] [--database URL]

What was published before is passed over by its mark or its hash, and not embedded again. Files are a page long, so
that they are published in many groups. FOLDER is made, and must not be there yet. The embedder is fake, and counts.
"""

import time
from collections import Counter
from dataclasses import dataclass

from rag.types import Status
from tests.reliability.processes import Home, State, kill, options, problems, state

PARTS = 12  # of a file, each a chunk of its own or more


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the two runs did."""

    published: int  # documents, when the first was killed
    again: int  # documents of those that the second run embedded
    extra: int  # texts embedded more than once, of documents that were not published yet
    texts: int  # different ones
    summary: dict[str, int]  # of the second run
    third: dict[str, int]  # of one more, which has nothing to do
    state: State
    problems: list[str]
    seconds: tuple[float, float, float]  # of the three runs


def run(home: Home, files: int, command: str) -> Outcome:
    """Half a run, a whole one, and one with nothing to do."""
    home.docs.mkdir(parents=True)
    for number in range(files):
        parts = (
            f"# Part {part} of {number}\n\n" + f"Heron{number}x{part} wades. " * 40 for part in range(PARTS)
        )
        (home.docs / f"book {number}.md").write_text("\n\n".join(parts))
    assert home.call("source", "add", str(home.docs))[0] == 0
    arguments = [command, *([str(home.docs)] if command == "add" else [])]
    first = _killed_half_way(home, files, arguments)
    published = {d.source for d in home.documents() if d.status is Status.READY}
    before = _texts(home)
    second, summary = _timed(home, arguments)
    after = _texts(home)
    third, nothing = _timed(home, arguments)
    assert _texts(home) == after
    anew = after - before
    return Outcome(
        published=len(published),
        again=len({source for source in published if any(_of(text, source) for text in anew)}),
        extra=sum(after.values()) - len(after),
        texts=len(after),
        summary=summary,
        third=nothing,
        state=_settled(home, command),
        problems=problems(home),
        seconds=(first, second, third),
    )


def _killed_half_way(home: Home, files: int, arguments: list[str]) -> float:
    began = time.monotonic()
    process = home.start(*arguments)
    try:
        while process.poll() is None and sum(_texts(home).values()) < files * PARTS // 2:
            time.sleep(0.02)
        assert process.poll() is None, "it was finished before it could be killed"
    finally:
        kill(process)
    return time.monotonic() - began


def _timed(home: Home, arguments: list[str]) -> tuple[float, dict[str, int]]:
    began = time.monotonic()
    code, said = home.call(*arguments)
    assert code == 0, said
    return time.monotonic() - began, {k: said[k] for k in ("added", "updated", "unchanged")}


def _texts(home: Home) -> Counter[str]:
    return Counter(home.embedded.read_text().splitlines()) if home.embedded.exists() else Counter()


def _of(text: str, source: str) -> bool:
    number = source.removeprefix("book ").removesuffix(".md")
    return f"Heron{number}x" in text


def _settled(home: Home, command: str) -> State:
    if command == "add":  # its files belong to no source until a sync finds them
        assert home.call("sync")[0] == 0
    return state(home)


def main() -> None:
    """Run, and print the figures."""
    asked = options(__doc__)
    asked.add_argument("--files", type=int, default=500)
    asked.add_argument("--command", choices=("sync", "add"), default="sync")
    chosen = asked.parse_args()
    found = run(Home.of(chosen), chosen.files, chosen.command)
    print(
        f"killed with {found.published} of {chosen.files} published; of these embedded again: {found.again}"
    )
    print(f"{found.texts} texts, {found.extra} of files that were not published embedded twice")
    print(f"second run: {found.summary}; third: {found.third}")
    print(f"{found.state}; doctor: {found.problems or 'clean'}")
    print("seconds: {:.1f} killed, {:.1f} second, {:.1f} third".format(*found.seconds))


if __name__ == "__main__":
    main()
