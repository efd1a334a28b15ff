"""Nothing in the repository belongs to one machine."""

import re
import shutil
import subprocess

import pytest

from tests.unit.house.source import ROOT

FORBIDDEN = {
    "a path of somebody's machine": re.compile(r"(?<![\w.~}])(?<!href=.)/(?:work|root|Users|home/\w+)/\w"),
    "a package registry's host": re.compile(r"\b(?:pypi|pythonhosted|npmjs)\.(?:org|com)\b"),
    "a key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_\w{36}|\bsk-\w{32}"),
}


def texts() -> dict[str, str]:
    """Every file that git has or would take, as text; pictures and PDFs left out."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: which files belong to the project is not known")
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    raw = {name: (ROOT / name).read_bytes() for name in names if name and (ROOT / name).is_file()}
    return {name: data.decode("utf-8", "replace") for name, data in raw.items() if b"\0" not in data}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    found = {name: match.group() for name, text in texts().items() if (match := FORBIDDEN[what].search(text))}
    assert found == {}


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a path of somebody's machine", "see /" + "root/notes"),
        ("a package registry's host", "https://pypi" + ".org/simple"),
        ("a key", "-----BEGIN " + "PRIVATE KEY-----"),
    ],
)
def test_the_search_finds(what: str, text: str) -> None:
    assert FORBIDDEN[what].search(text)
