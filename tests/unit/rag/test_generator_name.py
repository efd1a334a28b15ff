"""What may be named as the writer of answers."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generator_name import HubName, checked, hub_name, urls


@pytest.mark.parametrize(
    ("given_", "name", "revision"),
    [
        ("acme/tiny", "acme/tiny", ""),
        ("Qwen/Qwen3-4B-Instruct-2507@main", "Qwen/Qwen3-4B-Instruct-2507", "main"),
        ("a_b/c.d-1@refs/pr/1", "a_b/c.d-1", "refs/pr/1"),
    ],
)
def test_a_hubs_name_has_an_owner_and_may_have_a_revision(given_: str, name: str, revision: str) -> None:
    found = hub_name(given_)
    assert found == HubName(name=name, revision=revision)
    assert str(found) == given_


@pytest.mark.parametrize(
    "text",
    [
        "tiny",
        "/etc/passwd",
        "../up",
        "acme/../..",
        "acme/.hidden",
        "a/b/c",
        "acme/tiny@",
        "acme/tiny@-x",
        "http://a/b",
        "ä/b",
        "",
    ],
)
def test_what_is_none(text: str) -> None:
    assert hub_name(text) is None


@given(st.text("ab./@-_", max_size=20))
def test_a_hubs_name_never_leads_out_of_its_folder(text: str) -> None:
    found = hub_name(text)
    assert found is None or not {"", ".", ".."} & set(found.name.split("/"))


def test_a_folder_that_is_there_goes_before_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my models").mkdir()
    monkeypatch.chdir(tmp_path)
    assert checked("my models") == "my models"
    with pytest.raises(ValueError, match="pulled model"):
        checked("their models")


def test_servers_come_in_their_order() -> None:
    assert urls("http://a/v1, https://b/v1") == ("http://a/v1", "https://b/v1")
    assert urls("acme/tiny") == ()


@pytest.mark.parametrize(
    "address", ["http://me:pw@a/v1", "http://a/v1?key=pw", "http://b/v1, http://a/v1#pw"]
)
def test_an_address_that_may_hold_a_key_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="put a key into FOOTNOTE_GENERATOR_KEY") as refused:
        checked(address)
    assert "pw" not in str(refused.value)
