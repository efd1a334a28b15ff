"""What is found of this machine."""

from pathlib import Path

import pytest

from rag.models import detect


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One of our own making."""
    (tmp_path / "cpuinfo").write_text("processor : 0\nflags\t\t: fpu avx512_bf16 sse\nflags\t: fpu\n")
    (tmp_path / "limit").write_text("max\n")
    monkeypatch.setattr(detect, "CPUINFO", tmp_path / "cpuinfo")
    monkeypatch.setattr(detect, "LIMIT", tmp_path / "limit")
    monkeypatch.setattr(detect, "cuda", lambda: False)
    return tmp_path


def test_without_a_card_memory_cores_and_the_processors_kind_count() -> None:
    found = detect.found("auto")
    assert (found.cards, found.bf16) == ((), True)
    assert found.memory > 10**8
    assert found.cores >= 1


def test_a_container_has_what_it_is_given(machine: Path) -> None:
    (machine / "limit").write_text("100000000\n")
    assert detect.found("auto").memory == 100_000_000


def test_a_processor_that_tells_nothing_is_taken_for_an_old_one(machine: Path) -> None:
    (machine / "cpuinfo").unlink()
    assert not detect.found("auto").bf16


def test_where_models_run_on_the_processor_no_card_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "cuda", lambda: pytest.fail("looked for a card"))
    assert detect.found("cpu").cards == ()
