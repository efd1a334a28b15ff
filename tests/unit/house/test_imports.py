"""Importing a module does nothing but define."""

import subprocess
import sys

import pytest

from tests.unit.house.source import ROOT, files, module_name

HEAVY = (
    "accelerate alembic faiss openvino pypdfium2 scipy sentence_transformers sklearn tantivy torch "
    "trafilatura transformers"
).split()

# An audit hook sees what a patched name would miss: sockets, processes and files however they are reached.
IMPORT_ALL = """
import importlib, sys, threading

heavy, names = sys.argv[1].split(","), sys.argv[2].split(",")
sys.modules.update(dict.fromkeys(heavy))  # None: importing it raises ModuleNotFoundError

def refuse(event, args):
    if event in {"socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system",
                 "os.fork", "os.mkdir", "os.remove", "os.rename", "sqlite3.connect"}:
        raise AssertionError(f"{event} {args} at import")
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        raise AssertionError(f"{args[0]} opened for writing at import")

sys.addaudithook(refuse)
for name in names:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise SystemExit(f"{name} imports a heavy module at its top: {error}") from error
if threading.active_count() > 1:
    raise SystemExit(f"an import started {threading.enumerate()}")
"""


def run_import(names: list[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", "-c", IMPORT_ALL, ",".join(HEAVY), ",".join(names)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


# What is a class of torch's. These are imported by functions alone: where one trains, and where a model writes.
ON_TORCH = {
    *(f"rag.models.{name}" for name in ("generate", "one_row", "roomy_cache")),
    *(f"rag.training.{name}" for name in ("network", "fit", "train")),
}


def test_every_module_imports_without_torch_and_faiss_and_touches_nothing() -> None:
    done = run_import([name for name in map(module_name, files()) if name not in ON_TORCH])
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("import faiss", "heavy module"),
        ("import sqlite3; sqlite3.connect(':memory:')", "sqlite3.connect"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "socket"),
        ("open('written', 'w')", "opened for writing"),
        ("import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()", "started"),
    ],
)
def test_a_module_that_acts_at_import_is_caught(
    source: str, complaint: str, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "acting.py").write_text(source)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = run_import(["acting"])
    assert done.returncode != 0
    assert complaint in done.stderr
