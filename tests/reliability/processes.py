"""Footnote's commands as processes of a home, and what they leave behind."""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from rag.places import Place
from rag.settings import Settings
from rag.types import Document, Status
from tests.fakes import FakeEmbedder
from tests.reliability.quick import GATE, LOG
from web.wiring import Services, open_services

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A folder for everything of one run; ``real`` runs the product as it is, otherwise its embedder is fake."""

    root: Path
    real: bool = False
    database: str = ""  # URL of an empty one; without it SQLite in the folder

    @classmethod
    def of(cls, chosen: argparse.Namespace, *, real: bool = False) -> "Home":
        """The home that the options speak of. Ends the program where its database is in use."""
        home = cls(root=chosen.folder, real=real, database=chosen.database)
        if home.documents():
            sys.exit(
                "There are documents in it already. Give a new folder, and the URL of an empty database."
            )
        return home

    @property
    def docs(self) -> Path:
        return self.root / "docs"

    @property
    def embedded(self) -> Path:
        """Where a fake embedder notes its texts."""
        return self.root / "embedded.txt"

    def start(self, *arguments: str, gate: Path | None = None) -> subprocess.Popen[bytes]:
        """A command; its words go to a log beside the home. With a fake embedder it waits for the gate's file."""
        module = "web.cli" if self.real else "tests.reliability.quick"
        environment = {
            **os.environ,
            "FOOTNOTE_HOME": str(self.root / "home"),
            "FOOTNOTE_DATABASE_URL": self.database,
            LOG: str(self.embedded),
            GATE: str(gate or ""),
        }
        with (self.root / f"{arguments[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if "--json" in arguments else log,
                stderr=log,
            )

    def call(self, *arguments: str) -> tuple[int, Any]:
        """Exit code of a command with ``--json``, and what it printed."""
        process = self.start(*arguments, "--json")
        out, _ = process.communicate(timeout=280)
        return process.returncode, json.loads(out) if out.strip() else None

    @contextmanager
    def opened(self) -> Iterator[Services]:
        """The home, to look at."""
        settings = Settings(home=self.root / "home", database_url=self.database)
        services = open_services(settings, None if self.real else FakeEmbedder())
        try:
            yield services
        finally:
            services.close()

    def documents(self) -> list[Document]:
        with self.opened() as services:
            return services.store.documents()


def options(words: str | None) -> argparse.ArgumentParser:
    """What every script can be told."""
    made = argparse.ArgumentParser(description=words, formatter_class=argparse.RawTextHelpFormatter)
    made.add_argument("folder", type=Path)
    made.add_argument(
        "--database", default="", help="URL of an empty database; by default SQLite in the folder"
    )
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a home holds, beside what its folder does."""

    ready: int
    failed: int
    wrong: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.ready} ready, {self.failed} failed; " + ("; ".join(self.wrong) or "nothing wrong")


def state(home: Home) -> State:
    """Each content of the folder must be one document, ready or failed with a reason; and nothing else be there."""
    with home.opened() as services:
        documents = {document.id: document for document in services.store.documents()}
        active = len(services.jobs.active())
        places = [place for source in services.register.all() for place in _places(services, source.id)]
    contents = {str(path): sha256(path.read_bytes()).hexdigest() for path in home.docs.iterdir()}
    held = Counter({place.document_id: place.sha256 for place in places}.values())
    failed = [document for document in documents.values() if document.status is not Status.READY]
    counts = {
        "contents are missing": len(set(contents.values()) - set(held)),
        "contents are there twice": sum(count - 1 for count in held.values()),
        "files are not at their place": len(contents.items() ^ {(p.origin, p.sha256) for p in places}),
        "documents are of no file": len(documents.keys() ^ {place.document_id for place in places}),
        "documents show an older content": sum(
            documents[p.document_id].sha256 != p.sha256
            for p in places
            if p.status is Status.READY and not p.reason
        ),
        "jobs are left": active,
        "documents are neither ready nor failed with a reason": sum(
            document.status is not Status.FAILED or not document.reason for document in failed
        ),
    }
    wrong = tuple(f"{count} {what}" for what, count in counts.items() if count)
    return State(ready=len(documents) - len(failed), failed=len(failed), wrong=wrong)


def _places(services: Services, source_id: int) -> list[Place]:
    return list(services.places.of_source(source_id).values())


def problems(home: Home) -> list[str]:
    """What the doctor says is wrong."""
    with home.opened() as services:
        return [problem for finding in services.doctor.examine() for problem in finding.problems]


def family(pid: int) -> list[int]:
    """The living processes that a process started, theirs too."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            if fields[0] not in "ZX":
                parents[int(path.parent.name)] = int(fields[1])
    found, new = [], {pid}
    while new := {child for child, parent in parents.items() if parent in new}:
        found += sorted(new)
    return found


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process at once, if it is still there, and collect it."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGKILL)
    process.wait(30)
    if process.stdout:
        process.stdout.close()
