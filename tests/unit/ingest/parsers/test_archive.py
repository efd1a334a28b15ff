import io
import stat
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_STORED, ZipFile, ZipInfo

import pytest

from ingest.parsers import archive
from ingest.parsers.reading import Limits, OverLimit, Reading
from rag.errors import EncryptedDocument, UnreadableDocument
from tests.fixtures.office import lying, packed

PLAIN = packed({"a.xml": "words " * 1000, "folder/b.xml": "more"})


def check(data: bytes, **limits: int) -> None:
    archive.members(data, "x.docx", Reading(limits=Limits(**limits)))


def named(path: str, mode: int = 0) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w") as made:
        info = ZipInfo(path, date_time=(2025, 8, 7, 9, 0, 0))
        info.external_attr = mode << 16
        made.writestr(info, "words")
    return out.getvalue()


def test_members_are_unpacked_when_asked_for() -> None:
    members = archive.members(PLAIN, "x.docx", Reading())
    assert list(members) == ["a.xml", "folder/b.xml"]
    assert len(members) == 2
    assert members["folder/b.xml"] == b"more"
    assert members.get("c.xml") is None


def test_a_million_members_are_refused_whatever_the_archive_declares() -> None:
    start = PLAIN.index(b"PK\x01\x02")
    entry = PLAIN[start : PLAIN.index(b"PK\x01\x02", start + 4)]
    with pytest.raises(OverLimit, match="more than 10,000 files packed into it"):
        check(PLAIN[:start] + entry * 1_000_000 + PLAIN[-22:])


def test_more_than_the_limit_once_unpacked_is_refused_by_what_is_declared() -> None:
    data = packed({f"{number}.bin": bytes(range(256)) * 4096 for number in range(3)}, ZIP_STORED)
    check(data, unpacked_mb=3)
    with pytest.raises(OverLimit, match="more than 2 MiB of data once unpacked"):
        check(data, unpacked_mb=2)


def test_a_thousand_to_one_is_refused() -> None:
    with pytest.raises(OverLimit, match="packed more than 200 to 1"):
        check(packed({"word/document.xml": bytes(11 << 20)}))


@pytest.mark.parametrize("size", [2_000, 40 << 20])
def test_a_member_that_holds_more_than_it_declares_is_refused(size: int) -> None:
    with pytest.raises(UnreadableDocument, match="holds more than it declares"):
        check(lying(b"x" * size, declared=1_000))


def test_a_member_that_declares_the_truth_passes() -> None:
    check(lying(b"x" * 2_000, declared=2_000))


def test_members_that_share_bytes_are_refused() -> None:
    first = PLAIN.index(b"PK\x01\x02")
    second = PLAIN.index(b"PK\x01\x02", first + 4)
    data = bytearray(PLAIN)
    data[second + 42 : second + 46] = bytes(4)  # the offset of the second member: that of the first
    with pytest.raises(UnreadableDocument, match=r"overlaps|damaged"):
        check(bytes(data))


@pytest.mark.parametrize(
    "path", ["../up.xml", "a/../../up.xml", "/etc/absolute", "C:/absolute", "..\\up.xml"]
)
def test_a_member_that_points_outside_is_refused(path: str) -> None:
    with pytest.raises(UnreadableDocument, match="points outside"):
        check(named(path))


def test_a_link_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="points outside"):
        check(named("link", stat.S_IFLNK | 0o777))


def test_a_member_that_needs_a_password_is_said_to() -> None:
    data = bytearray(PLAIN)
    data[PLAIN.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(EncryptedDocument, match="password"):
        check(bytes(data))


def test_unusual_packing_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="packed in a way"):
        check(packed({"a.xml": "words"}, ZIP_BZIP2))


def test_an_archive_within_is_not_opened() -> None:
    bomb = packed({"bomb": bytes(20 << 20)})
    check(packed({"word/embedded.zip": bomb, "word/document.xml": "words"}))


@pytest.mark.parametrize("share", range(5, 100, 5))
def test_a_damaged_archive_is_refused_with_a_reason(share: int) -> None:
    with pytest.raises(UnreadableDocument, match=r"x\.docx"):
        check(PLAIN[: len(PLAIN) * share // 100])


def test_a_member_that_is_damaged_is_named_when_it_is_read() -> None:
    at = PLAIN.index(b"a.xml") + 5
    members = archive.members(PLAIN[:at] + bytes(8) + PLAIN[at + 8 :], "x.docx", Reading())
    with pytest.raises(UnreadableDocument, match="damaged"):
        members["a.xml"]


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert dict(archive.members(PLAIN, "x.docx", Reading()))
    assert list(tmp_path.iterdir()) == []
