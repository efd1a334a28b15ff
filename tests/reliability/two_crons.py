"""Two or more processes that read the same folder at once, as cron may start them.

    python -m tests.reliability.two_crons FOLDER [--files 300] [--rounds 50] [--processes 2] [--command sync]
        [--real] [--database URL]

In each round a tenth of the files is written anew, and the first reads all of them. They start at the same moment
as far as a machine does that. Each content must be one document in the end; whoever cannot take its turn exits 75.
FOLDER is made, and must not be there yet. With the real embedder nobody counts what is embedded, and nobody waits for
the other: processes start one right after the other.
"""

import random
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.processes import Home, options, problems, state

DONE, BUSY = 0, 75
ANEW = 10  # one of so many files is written anew in a round


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the rounds came to."""

    exits: Counter[int]
    wrong: tuple[str, ...]  # with the number of its round
    embedded: int  # texts
    written: int  # files, each of one text


def run(home: Home, *, files: int, rounds: int, processes: int, command: str) -> Outcome:
    """So many rounds; stops at the first in which something goes wrong."""
    chance = random.Random(1)
    exits, written = Counter[int](), 0
    wrong: tuple[str, ...] = ()
    home.docs.mkdir(parents=True)
    assert home.call("source", "add", str(home.docs))[0] == 0
    for round_ in range(rounds):
        for number in chance.sample(range(files), files // ANEW) if round_ else range(files):
            written += 1
            (home.docs / f"note {number}.txt").write_text(f"Heron {number} of round {round_} is grey.")
        codes = _together(home, processes, [command, *([str(home.docs)] if command == "add" else [])])
        exits.update(codes)
        wrong = tuple(f"round {round_}: {each}" for each in (*_judged(codes), *_left(home, command)))
        if wrong:
            break
    return Outcome(exits=exits, wrong=wrong, embedded=_lines(home.embedded), written=written)


def _together(home: Home, processes: int, arguments: list[str]) -> list[int]:
    """Exit codes of processes that wait for one another before they begin."""
    gate = home.root / "gate"
    gate.unlink(missing_ok=True)
    started = [home.start(*arguments, gate=gate) for _ in range(processes)]
    time.sleep(0.5)  # not to be sure, only likely: each waits at the gate once Python runs
    gate.touch()
    return [process.wait(280) for process in started]


def _judged(codes: list[int]) -> list[str]:
    bad = [f"a process exits {code}" for code in codes if code not in (DONE, BUSY)]
    return bad if DONE in codes else [*bad, "nobody did it"]


def _left(home: Home, command: str) -> list[str]:
    if command == "add":  # its files belong to no source until a sync finds them
        assert home.call("sync")[0] == DONE
    return [*state(home).wrong, *problems(home)]


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines()) if path.exists() else 0


def main() -> None:
    """Go, and print the figures."""
    asked = options(__doc__)
    asked.add_argument("--files", type=int, default=300)
    asked.add_argument("--rounds", type=int, default=50)
    asked.add_argument("--processes", type=int, default=2)
    asked.add_argument("--command", choices=("sync", "add"), default="sync")
    asked.add_argument("--real", action="store_true", help="with the real embedder")
    chosen = asked.parse_args()
    began = time.monotonic()
    found = run(
        Home.of(chosen, real=chosen.real),
        files=chosen.files,
        rounds=chosen.rounds,
        processes=chosen.processes,
        command=chosen.command,
    )
    print(f"{chosen.rounds} rounds of {chosen.processes} x {chosen.command}: exit codes {dict(found.exits)}")
    embedded = found.embedded or "uncounted"
    print(f"{found.written} files written, {embedded} texts embedded; {found.wrong or 'nothing wrong'}")
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
