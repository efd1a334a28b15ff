"""A real `footnote serve` in a process of its own, and a real browser in front of it."""

import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 180  # the first start converts the model
END_SECONDS = 120  # what is being read and written is brought to an end
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()


def chromium() -> str | None:
    """Where the browser is, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def footnote(*arguments: str, home: Path) -> list[str]:
    return [sys.executable, "-m", "web.cli", *arguments, "--home", str(home)]


@contextmanager
def served(home: Path, *, folder: Path = ROOT, **settings: str) -> Iterator[str]:
    """The address of a server over this home, started in this folder with these variables in its environment."""
    command = footnote("serve", "--port", "0", home=home)
    environment = os.environ | {"PYTHONUNBUFFERED": "1", "FOOTNOTE_READER": "auto"} | settings
    server = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert server.stderr
    said: queue.Queue[str | None] = queue.Queue()
    listener = threading.Thread(target=_listen, args=(server.stderr, said))
    listener.start()
    try:
        yield _answering(_address(said))
    finally:
        server.terminate()
        server.wait(END_SECONDS)
        listener.join(END_SECONDS)
        server.stderr.close()


@contextmanager
def browsing(chromium_path: str) -> Iterator[Any]:
    """A browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield browser
        browser.close()


def _listen(stream: IO[str], said: "queue.Queue[str | None]") -> None:
    for line in stream:
        said.put(line)
    said.put(None)


def _answering(address: str) -> str:
    """The address, once somebody answers there."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"{address}/readyz"):
            return address
        time.sleep(0.05)
    raise AssertionError(f"nobody answers at {address}")


def _address(said: "queue.Queue[str | None]") -> str:
    heard: list[str] = []
    while (line := said.get(timeout=READY_SECONDS)) is not None:
        heard.append(line)
        if found := ADDRESS.search(line):
            return found.group()
    raise AssertionError("the server ended before it was ready:\n" + "".join(heard))
