"""What it costs to read documents in a process of their own, and whether that process ever outlives its parent.

    python tests/benchmarks/isolation.py ../shared/data/pdf/sec_10q
    python tests/benchmarks/isolation.py --rounds 1000

The first reads each PDF in this process and in a warm child, in turns, and compares the processor time of both
sides together: it hardly moves with what else the machine is doing. The second starts a parent whose child hangs in
the middle of a file, kills the parent with SIGKILL, and counts the children that are still there a second later.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MEMORY_MB = 2048
HANG = """
import re, sys
import ingest.parsers.process.child as child
child._import_parsers = lambda: None
child._parsed = lambda data, request: re.match("(a+)+b", "a" * 60)
child.serve(*map(int, sys.argv[1:]))
"""
PARENT = """
import sys, threading
from pathlib import Path
from ingest.parsers.process import reader
from ingest.parsers.process.isolate import ParserProcess
reader._PROGRAM = sys.argv[1]
parser = ParserProcess(600, 1024)
parser.warm()
threading.Thread(target=parser.parse, args=(Path(sys.argv[2]), "hang.txt"), daemon=True).start()
print(parser._reading._readers[0].pid, flush=True)
threading.Event().wait()
"""


def worked(pid: int) -> float:
    """Processor seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def timed(act: Callable[[], object], pids: Callable[[], list[int]]) -> tuple[float, float]:
    """Seconds of the clock, and of all processors for this process and those given."""
    before, began = time.process_time() + sum(map(worked, pids())), time.perf_counter()
    act()
    seconds = time.perf_counter() - began
    return seconds, time.process_time() + sum(map(worked, pids())) - before


def price(folder: Path, limit: int | None, rounds: int) -> None:
    """Print a line for each round, and the medians' ratio."""
    from ingest.clean import clean
    from ingest.parsers.detect import media_type
    from ingest.parsers.process.isolate import ParserProcess
    from ingest.parsers.reading import Reading
    from ingest.parsers.registry import parser_for
    from ingest.screen import screen

    files = sorted(folder.glob("*.pdf"))[:limit]
    reading = Reading()

    def here() -> None:
        for path in files:
            data = path.read_bytes()
            screen(clean(parser_for(media_type(data, path.name))(data, path.name, reading)))

    with ParserProcess(600, MEMORY_MB) as parser:

        def there() -> None:
            for path in files:
                parser.parse(path, path.name)

        began = time.perf_counter()
        parser.warm()
        print(f"{len(files)} files; a child starts in {time.perf_counter() - began:.2f} s")
        pages = sum(len(parser.parse(path, path.name).pages) for path in files)
        here()
        pid = parser._reading._readers[0].pid
        assert pid is not None
        runs = [(timed(here, list), timed(there, lambda: [pid])) for _ in range(rounds)]
    for here_, there_ in runs:
        for who, (clock, processor) in (("in process", here_), ("in a child", there_)):
            print(f"{who}: {clock:.2f} s, CPU {processor:.2f} s")
    inside, outside = (statistics.median(run[side][1] for run in runs) for side in (0, 1))
    print(
        f"{pages} pages: {pages / inside:.1f} pages per CPU second in process, {pages / outside:.1f} in a child"
    )
    print(f"the price of isolation is {outside / inside - 1:.1%} (CPU, medians of {rounds} rounds)")


def orphan(path: Path) -> bool:
    """Whether a child lives on for a second after its parent was killed."""
    command = [sys.executable, "-c", PARENT, HANG, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    until = time.monotonic() + 1
    while alive(pid):
        if time.monotonic() > until:
            return True
        time.sleep(0.005)
    return False


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def orphans(rounds: int) -> None:
    """Print how many children outlived their parents."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("words")
        file.flush()
        left = sum(orphan(Path(file.name)) for _ in range(rounds))
    print(f"{left} of {rounds} children lived on for a second after their parent was killed")
    raise SystemExit(left > 0)


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description="The price of isolation, and its orphans.")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--limit", type=int, help="only the first files, in the order of their names")
    parser.add_argument("--repeat", type=int, default=5, help="rounds of the price")
    parser.add_argument("--rounds", type=int, default=0, help="parents to kill")
    given = parser.parse_args()
    if given.folder:
        price(given.folder, given.limit, given.repeat)
    if given.rounds:
        orphans(given.rounds)


if __name__ == "__main__":
    main()
