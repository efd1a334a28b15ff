"""kill -9 at random while a folder is read: `add`, `sync`, `work`, `serve`, and the children that open the files.

    python -m tests.reliability.kill_storm FOLDER [--files 200] [--kills 100] [--seed 1] [--real] [--database URL]

Meanwhile files of the folder are written anew, so that there is always something to read. Then one more `sync`;
each content must be one document, ready or failed with a reason. FOLDER is made, and must not be there yet.
"""

import os
import random
import signal
import socket
import subprocess
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from tests.reliability.processes import Home, State, family, kill, options, problems, state

ROLES = ("add", "sync", "work", "serve")
READER = "parser child"
BROKEN = 25  # of so many files one cannot be read
PAUSE = (0.1, 2.5)  # seconds between kills
ANEW = 4  # files written between two kills


@dataclass(slots=True)
class Storm:
    """Processes over a home, and somebody who kills them."""

    home: Home
    files: int
    random: random.Random
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)  # of processes that came to their own end
    port: int = 0

    def write(self, number: int, age: int) -> None:
        """A file that is read in no time; or cannot be."""
        if number % BROKEN == 0:
            data = b"%PDF-1.7 broken" + f"{number} {age}".encode()
        else:
            words = f"Heron {number} of age {age} stands in the water. " * self.random.randint(1, 40)
            data = f"# Report {number}\n\n{words}\n\n## End\n\nIt weighs {number * 7 + age} grams.\n".encode()
        new = self.home.root / "new"
        new.write_bytes(data)
        new.replace(self.home.docs / f"report {number}.{'pdf' if number % BROKEN == 0 else 'md'}")

    def keep_going(self) -> None:
        """Start whoever is not there."""
        for role in ROLES:
            process = self.running.get(role)
            if process is not None and process.poll() is None:
                continue
            if process is not None and process.returncode >= 0:
                self.ends[f"{role} {process.returncode}"] += 1
            self.running[role] = self.home.start(*self._arguments(role))

    def strike(self) -> bool:
        """Kill somebody; a child that opens files is as likely as each of the others."""
        targets = {role: [p.pid] for role, p in self.running.items() if p.poll() is None}
        targets[READER] = [child for p in self.running.values() for child in family(p.pid)]
        name = self.random.choice([name for name, pids in targets.items() if pids])
        with suppress(ProcessLookupError):
            os.kill(self.random.choice(targets[name]), signal.SIGKILL)
            self.killed[name] += 1
            return True
        return False

    def end(self) -> None:
        """Kill all that is left."""
        for process in self.running.values():
            kill(process)

    def _arguments(self, role: str) -> list[str]:
        return {"add": ["add", str(self.home.docs)], "serve": ["serve", "--port", str(self.port)]}.get(
            role, [role]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was left after the storm."""

    storm: Storm
    sync_exit: int
    state: State
    before_repair: list[str]  # what the doctor found
    after_repair: list[str]
    cut_short: int  # documents that failed although there is nothing wrong with them
    seconds: float


def run(home: Home, files: int, kills: int, seed: int) -> Outcome:
    """The storm, then the calm."""
    began = time.monotonic()
    storm = Storm(home, files, random.Random(seed), port=_free_port())
    home.docs.mkdir(parents=True)
    for number in range(files):
        storm.write(number, 0)
    assert home.call("source", "add", str(home.docs))[0] == 0
    try:
        rage(storm, kills)
    finally:
        storm.end()
    return calm(storm, began)


def rage(storm: Storm, kills: int) -> None:
    """So many kills, with new work between them."""
    struck = 0
    while struck < kills:
        storm.keep_going()
        time.sleep(storm.random.uniform(*PAUSE))
        struck += storm.strike()
        for number in storm.random.sample(range(storm.files), min(ANEW, storm.files)):
            storm.write(number, struck)


def calm(storm: Storm, began: float) -> Outcome:
    """One more sync, and what the doctor says."""
    home = storm.home
    code, _ = home.call("sync")
    failed = [d for d in home.documents() if d.reason and d.source.endswith(".md")]
    before = problems(home)
    repaired = home.call("doctor", "--repair")[0] if before else 0
    return Outcome(
        storm=storm,
        sync_exit=code,
        state=state(home),
        before_repair=before,
        after_repair=problems(home) if repaired else [],
        cut_short=len(failed),
        seconds=time.monotonic() - began,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Storm, and print the figures."""
    asked = options(__doc__)
    asked.add_argument("--files", type=int, default=200)
    asked.add_argument("--kills", type=int, default=100)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--real", action="store_true", help="with the real embedder")
    chosen = asked.parse_args()
    found = run(Home.of(chosen, real=chosen.real), chosen.files, chosen.kills, chosen.seed)
    print(f"kills {sum(found.storm.killed.values())}: {dict(found.storm.killed)}")
    print(f"own ends (role, exit code): {dict(found.storm.ends)}")
    print(f"last sync: exit {found.sync_exit}; {found.state}; sound files that failed: {found.cut_short}")
    print(f"doctor: {found.before_repair or 'clean'}; repaired: {found.after_repair or 'clean'}")
    print(f"{found.seconds:.0f} s")


if __name__ == "__main__":
    main()
