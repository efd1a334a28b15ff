"""A real cron calls `footnote sync` on a folder and a local web site, both of which change between its runs.

cron looks at its table once a minute, so this takes a few minutes. It runs in a mount namespace of its own, where it
sees no table but the test's; that needs root and Debian's cron.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
HIDE = (
    'mount --bind "$1/spool" /var/spool/cron && mount --bind "$1/none" /etc/cron.d && '
    'mount --bind "$1/table" /etc/crontab && mount --bind "$1/run" /run && exec cron -f'
)
PAGE = "<html><head><title>{0}</title></head><body><main><h1>{0}</h1><p>{1}</p>{2}</main></body></html>"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.geteuid() != 0, reason="a cron of the test's own needs root"),
    pytest.mark.skipif(
        shutil.which("cron") is None, reason="no cron is installed (Debian: apt-get install cron)"
    ),
]


class Quiet(SimpleHTTPRequestHandler):
    """Files of a folder, without a log; ``Last-Modified`` is answered as the standard says."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def site(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def cron(folder: Path, line: str) -> Iterator[None]:
    for name in ("spool/crontabs", "none", "run"):
        (folder / name).mkdir(parents=True)
    (folder / "table").touch()
    table = folder / "spool" / "crontabs" / "root"
    table.write_text(f"{line}\n")
    table.chmod(0o600)
    daemon = subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", HIDE, "sh", str(folder)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield
        assert daemon.poll() is None, "cron ended"
    finally:
        os.killpg(daemon.pid, signal.SIGTERM)
        daemon.wait()


def until(true: Callable[[], bool]) -> None:
    """Wait until it is true; pytest's time-out ends it otherwise."""
    while not true():
        time.sleep(0.5)


def footnote(*arguments: str, environment: dict[str, str]) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "web.cli", *arguments, "--json"],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def test_a_line_of_crontab_keeps_a_folder_and_a_site_in_step(tmp_path: Path) -> None:
    docs, www, log, codes = (tmp_path / name for name in ("docs", "www", "sync.jsonl", "codes"))
    docs.mkdir()
    www.mkdir()
    for name in ("tern", "plover", "heron"):
        (docs / f"{name}.txt").write_text(
            f"The {name} is fed at seven in the morning, and its pond is cleaned weekly."
        )
    (docs / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    link = '<p><a href="staff.html">Who works here</a></p>'
    (www / "index.html").write_text(
        PAGE.format("Reserve", "The reserve opens its gates to visitors at nine.", link)
    )
    (www / "staff.html").write_text(
        PAGE.format("Staff", "The warden of the reserve lives beside the gate.", "")
    )

    with site(www) as url:
        environment = {
            "FOOTNOTE_HOME": str(tmp_path / "home"),
            "FOOTNOTE_FETCH_ALLOW": "127.0.0.1",
            "FOOTNOTE_MODELS": os.environ["FOOTNOTE_MODELS"],
        }
        footnote("source", "add", str(docs), "--name", "docs", environment=environment)
        footnote(
            "source", "add", url, "--kind", "site", "--name", "www", "--delay", "0", environment=environment
        )
        settings = " ".join(f"{name}={value}" for name, value in environment.items())
        line = (
            f"* * * * * cd {ROOT} && {settings} {sys.executable} -m web.cli sync --json "
            f">> {log} 2>> {tmp_path}/errors; echo $? >> {codes}"
        )
        with cron(tmp_path / "cron", line):
            until(lambda: len(lines(codes)) >= 1)
            first = len(lines(codes))
            (docs / "tern.txt").write_text("The tern is fed at noon now, and its pond is cleaned weekly.")
            (docs / "plover.txt").unlink()
            (docs / "heron.txt").rename(docs / "grey heron.txt")
            (www / "staff.html").write_text(
                PAGE.format("Staff", "The warden now lives across the river.", "")
            )
            (www / "news.html").write_text(
                PAGE.format("News", "The tower is closed until the storm has passed.", "")
            )
            (www / "index.html").write_text(
                PAGE.format("Reserve", "The reserve opens at nine.", link + '<a href="news.html">News</a>')
            )
            until(lambda: len(lines(codes)) >= first + 1)

        reports = [json.loads(each) for each in lines(log)]
        assert (reports[0]["added"], [f["source"] for f in reports[0]["failed"]]) == (5, ["broken.pdf"])
        changed = reports[first]
        assert {name: changed[name] for name in ("added", "updated", "deleted", "renamed")} == {
            "added": 1, "updated": 3, "deleted": 1, "renamed": 1,
        }  # fmt: skip
        assert set(lines(codes)) == {"3"}, "done in part: one file is broken"
        listed = {
            each["source"]: each["status"] for each in footnote("docs", "list", environment=environment)
        }
        assert listed == {
            "broken.pdf": "failed", "grey heron.txt": "ready", "tern.txt": "ready",
            url: "ready", f"{url}staff.html": "ready", f"{url}news.html": "ready",
        }  # fmt: skip
        assert "noon" in footnote("ask", "When is the tern fed?", environment=environment)["answer"]
        assert footnote("doctor", environment=environment)["ok"]
