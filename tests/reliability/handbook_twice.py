"""A folder synced twice, and once more after a few changes: nothing is done that need not be.

    python -m tests.reliability.handbook_twice [FOLDER]

FOLDER (by default ../shared/data/markdown/handbook, some 880 files) is copied, so that the copy can be changed. The
command line, the embedder, the database and the indexes are real. Which files a run opens is noted by a hook in its
process, through which Python tells of every file that is opened; children get theirs opened, and from the originals.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = ROOT.parent / "shared" / "data" / "markdown" / "handbook"
SETTLED = (
    0.2  # seconds after which a file's times tell whether it has changed; see ingest.sources.folder.TICK
)
MOST = 5.0  # seconds that a sync without anything to do may take
EDITED, DELETED, RENAMED = 3, 2, 2
NOTED = """
import atexit, os, sys
folder, log, *arguments = sys.argv[1:]
opened = []
def noted(event, told):
    if event == "open" and isinstance(told[0], (str, bytes)) and os.fsdecode(told[0]).startswith(folder):
        opened.append(os.fsdecode(told[0]))
sys.addaudithook(noted)
atexit.register(lambda: open(log, "w").write("\\n".join(opened)))
sys.argv = ["footnote", *arguments]
from web.cli import main
main()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One sync."""

    code: int
    said: dict[str, Any]
    seconds: float  # of the whole process
    opened: set[str]  # files of the folder

    @property
    def counts(self) -> dict[str, int]:
        """What it reported, in numbers."""
        names = ("added", "updated", "unchanged", "renamed", "deleted", "pages", "chunks")
        return {name: self.said[name] for name in names} | {"failed": len(self.said["failed"])}


class Home:
    """A home of this run, and the folder that it keeps in step."""

    def __init__(self, base: Path) -> None:
        """Nothing in it yet."""
        self.docs = base / "docs"
        self._home = base / "home"
        self._log = base / "opened"

    def sync(self) -> Run:
        """The command that cron calls."""
        began = time.monotonic()
        code, said = self.call("sync", "--json")
        seconds = time.monotonic() - began
        opened = set(self._log.read_text().splitlines())
        return Run(code=code, said=said, seconds=seconds, opened=opened)

    def call(self, *arguments: str) -> tuple[int, Any]:
        """Its exit code, and what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", NOTED, str(self.docs), str(self._log), *arguments],
            cwd=ROOT, env=os.environ | {"FOOTNOTE_HOME": str(self._home)}, capture_output=True, text=True,
        )  # fmt: skip
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    def documents(self) -> dict[str, dict[str, Any]]:
        """All that is listed of each document, by id."""
        return {each["id"]: each for each in self.call("docs", "list", "--json")[1]}


def change(docs: Path) -> dict[str, list[Path]]:
    """Edit, delete and rename a few files whose content no other has."""
    files = sorted(path for path in docs.rglob("*") if path.is_file() and path.stat().st_size)
    hashes = [sha256(path.read_bytes()).digest() for path in files]
    alone = [path for path, known in zip(files, hashes, strict=True) if hashes.count(known) == 1]
    step = len(alone) // (EDITED + DELETED + RENAMED)
    chosen = alone[::step]
    edited, deleted = chosen[:EDITED], chosen[EDITED : EDITED + DELETED]
    renamed = chosen[EDITED + DELETED : EDITED + DELETED + RENAMED]
    for path in edited:
        path.write_text(f"{path.read_text()}\n\nThe heron was added to this page.\n")
    for path in deleted:
        path.unlink()
    moved = [path.rename(path.with_name(f"renamed {path.name}")) for path in renamed]
    return {"edited": edited, "deleted": deleted, "renamed": moved, "were": renamed}


def check_second(first: Run, second: Run, files: int) -> None:
    """Nothing was opened, read or embedded, and it was quick."""
    assert sum(first.counts[name] for name in ("added", "unchanged", "failed")) == files, first.counts
    assert second.opened == set(), second.opened
    assert second.counts == {
        **dict.fromkeys(first.counts, 0),
        "unchanged": files - first.counts["failed"],
        "failed": first.counts["failed"],
    }, second.counts
    assert second.seconds < MOST, second.seconds


def check_third(
    home: Home, before: dict[str, dict[str, Any]], third: Run, done: dict[str, list[Path]]
) -> None:
    """Exactly what was changed has changed."""
    assert third.opened == {str(path) for path in (*done["edited"], *done["renamed"])}, third.opened
    names = {kind: {path.relative_to(home.docs).as_posix() for path in paths} for kind, paths in done.items()}
    after = home.documents()
    assert {before[known]["source"] for known in before.keys() - after.keys()} == names["deleted"]
    assert after.keys() <= before.keys()
    differ = {known for known in after if after[known] != before[known]}
    assert {after[known]["source"] for known in differ} == names["edited"] | names["renamed"]
    assert {before[known]["source"] for known in differ} == names["edited"] | names["were"]
    counts = (
        third.counts["updated"],
        third.counts["deleted"],
        third.counts["renamed"],
        third.counts["added"],
    )
    assert counts == (EDITED, DELETED, RENAMED, 0), third.counts


def main() -> None:
    """Run, check, and print the figures."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", nargs="?", type=Path, default=HANDBOOK)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as base:
        home = Home(Path(base))
        shutil.copytree(chosen.folder, home.docs, ignore=shutil.ignore_patterns(".*"))
        files = sum(path.is_file() for path in home.docs.rglob("*"))
        home.call("source", "add", str(home.docs), "--json")
        first, second = home.sync(), home.sync()
        check_second(first, second, files)
        before, done = home.documents(), change(home.docs)
        time.sleep(SETTLED)
        third = home.sync()
        check_third(home, before, third, done)
        sound = home.call("doctor", "--json")[1]["ok"]
    print(f"{files} files, processes timed as a whole")
    for name, run in (("first", first), ("second", second), ("third", third)):
        counts = ", ".join(f"{count} {what}" for what, count in run.counts.items() if count)
        print(f"{name}: {run.seconds:.1f} s, {len(run.opened)} files opened; {counts}")
    print(f"doctor: {'clean' if sound else 'not clean'}")


if __name__ == "__main__":
    main()
