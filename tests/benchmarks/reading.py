"""Reading a folder of PDFs until it is searchable: ``footnote add`` beside the usual LangChain pipeline.

    python tests/benchmarks/reading.py ../shared/data/pdf/sec_10q

Both are timed as a user meets them: the whole command, imports and model loading included, on the same files,
taking turns on the same machine. The rival gets an environment of its own (``--env``, made when missing).
Converting Footnote's model is part of its set-up, like downloading the rival's packages, and not timed.
Peak memory is that of all processes of a command together (proportional set size, sampled).
"""

import argparse
import hashlib
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
REQUIREMENTS = HERE / "requirements-langchain.txt"
TORCH = "torch==2.13.0"  # first and alone: on Linux it decides between the processor's build and CUDA's
SAMPLE_SECONDS = 0.2
HEAD = "| | pages | chunks | seconds | CPU seconds | pages/s | peak MB |\n|---|" + "---|" * 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One command over the folder, from its start to its end."""

    who: str
    pages: int
    chunks: int
    seconds: float
    cpu_seconds: float  # of all cores; hardly moved by what else the machine is doing
    peak_mb: float

    @property
    def pages_per_s(self) -> float:
        """Pages read, split, embedded, indexed and stored, a second."""
        return self.pages / self.seconds


def environment(folder: Path) -> Path:
    """The rival's Python, installed into ``folder`` unless the same requirements are there already."""
    python = folder / "bin" / "python"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    stamp = folder / "requirements.sha256"
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.create(folder, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet"]
        subprocess.run([*install, TORCH], check=True)
        subprocess.run([*install, "-r", str(REQUIREMENTS)], check=True)
        stamp.write_text(wanted)
    return python


def family(pid: int) -> Iterator[int]:
    """A process and all below it that live."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from family(int(child))


def memory_mb(pid: int) -> float:
    """Proportional set size of a process and all below it; 0 once it has gone."""
    total = 0
    try:
        for member in family(pid):
            rollup = Path(f"/proc/{member}/smaps_rollup").read_text()
            total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    except OSError:
        pass  # one of them ended while it was looked at: what was counted so far stands
    return total / 1024


def cpu_seconds() -> float:
    """Processor time of every process below this one that has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(who: str, command: list[str], variables: Mapping[str, str]) -> Run:
    """Run the command, whose standard output is one JSON object with ``pages`` and ``chunks``."""
    with tempfile.TemporaryFile("w+") as output:
        began, worked = time.perf_counter(), cpu_seconds()
        process = subprocess.Popen(command, stdout=output, env={**os.environ, **variables}, cwd=ROOT)
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, memory_mb(process.pid))
            time.sleep(SAMPLE_SECONDS)
        seconds = time.perf_counter() - began
        if process.returncode:
            raise SystemExit(f"{who} ended with exit code {process.returncode}: {' '.join(command)}")
        output.seek(0)
        said = json.load(output)
    return Run(
        who=who,
        pages=said["pages"],
        chunks=said["chunks"],
        seconds=seconds,
        cpu_seconds=cpu_seconds() - worked,
        peak_mb=peak,
    )


def rival(python: Path, folder: Path, scratch: Path) -> Run:
    """LangChain over the folder, into an index of its own."""
    script = str(HERE / "langchain_pipeline.py")
    index = tempfile.mkdtemp(dir=scratch)
    return timed(
        "LangChain", [str(python), "-W", "ignore", script, str(folder), index], {"HF_HUB_OFFLINE": "1"}
    )


def ours(folder: Path, scratch: Path) -> Run:
    """``footnote add`` of the folder into a new home."""
    home = tempfile.mkdtemp(dir=scratch)
    command = [sys.executable, "-m", "web.cli", "add", str(folder), "--home", home, "--json"]
    return timed("Footnote", command, models(scratch))


def models(scratch: Path) -> dict[str, str]:
    """Where the converted model lies for every round."""
    return {"FOOTNOTE_MODELS": str(scratch / "models")}


def set_up(scratch: Path) -> None:
    """Check and convert Footnote's model, as ``make serve`` does once."""
    command = [sys.executable, "-m", "web.cli", "models", "check", "--home", str(scratch / "set-up")]
    subprocess.run(command, check=True, stdout=sys.stderr, env={**os.environ, **models(scratch)}, cwd=ROOT)


def copied(folder: Path, scratch: Path, limit: int | None) -> Path:
    """The folder's PDFs alone, so that both are given the same files."""
    files = scratch / "files"
    files.mkdir()
    for file in sorted(folder.glob("*.pdf"))[:limit]:
        shutil.copy(file, files)
    return files


def turns(folder: Path, scratch: Path, python: Path, rounds: int) -> Iterator[Run]:
    """The runs, one of each in every round."""
    for _ in range(rounds):
        yield rival(python, folder, scratch)
        yield ours(folder, scratch)


def row(run: Run) -> str:
    """A line of the table."""
    figures = f"{run.seconds:.1f} | {run.cpu_seconds:.1f} | {run.pages_per_s:.1f} | {run.peak_mb:.0f}"
    return f"| {run.who} | {run.pages:,} | {run.chunks:,} | {figures} |"


def ratio(runs: list[Run]) -> float:
    """Median pages a second of Footnote over that of its rival."""
    speed = {who: [run.pages_per_s for run in runs if run.who == who] for who in ("Footnote", "LangChain")}
    return statistics.median(speed["Footnote"]) / statistics.median(speed["LangChain"])


def machine() -> str:
    """Processor and cores."""
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return f"{names[0].partition(':')[2].strip() if names else platform.processor()}, {os.cpu_count()} cores"


def main() -> None:
    """Compare over a folder and print a table."""
    parser = argparse.ArgumentParser(description="Pages a second and peak memory beside LangChain.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--env", type=Path, default=Path(tempfile.gettempdir()) / "footnote-langchain")
    parser.add_argument("--limit", type=int, help="only the first N files")
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    python = environment(given.env)
    print(f"{given.folder.name}, {machine()}\n\n{HEAD}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        set_up(scratch)
        runs = []
        for run in turns(copied(given.folder, scratch, given.limit), scratch, python, given.rounds):
            runs.append(run)
            print(row(run), flush=True)
    print(
        f"\nFootnote reads {ratio(runs):.1f} times the pages per second (medians of {given.rounds} rounds)."
    )


if __name__ == "__main__":
    main()
