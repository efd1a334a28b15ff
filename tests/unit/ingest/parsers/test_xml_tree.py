from pathlib import Path

import pytest

from ingest.parsers import xml_tree
from rag.errors import UnreadableDocument


def words(data: str) -> str:
    """The text, or the reason why there is none."""
    try:
        return "".join(t for t in xml_tree.root(data.encode(), "x").itertext() if isinstance(t, str))
    except UnreadableDocument as error:
        return str(error)


def test_no_file_is_read_through_an_entity(tmp_path: Path) -> None:
    canary = tmp_path / "canary.txt"
    canary.write_text("canary")
    for source in (
        f'<!ENTITY x SYSTEM "{canary.as_uri()}">',
        f'<!ENTITY % x SYSTEM "{canary.as_uri()}"> %x;',
    ):
        with_entity = f"<!DOCTYPE a [{source}]><a>kept &amp; &x;</a>"
        assert "canary" not in words(with_entity)


def test_nothing_is_included(tmp_path: Path) -> None:
    canary = tmp_path / "canary.txt"
    canary.write_text("canary")
    include = (
        f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{canary.as_uri()}" parse="text"/>'
    )
    assert words(f"<a>kept{include}</a>") == "kept"


def test_a_billion_laughs_stay_unsaid() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    data = f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a b="&l9;">&l9;</a>'
    assert len(words(data)) < 1000


def test_deep_nesting_is_refused_with_a_reason() -> None:
    with pytest.raises(UnreadableDocument, match="nested deeper"):
        xml_tree.root(b"<a>" * 100_000 + b"</a>" * 100_000, "x")


def test_characters_by_their_web_names_are_known() -> None:
    root = xml_tree.web_root(b"<p>a&nbsp;b &amp; &eacute; &unknown c</p>", "x")
    assert "".join(root.itertext()).startswith("a\u00a0b & é ")


def test_a_page_that_is_no_xml_is_read_as_a_web_page() -> None:
    assert "".join(xml_tree.web_root("<p>größe<br>two".encode(), "x").itertext()) == "größetwo"


def test_what_is_no_page_at_all_is_refused() -> None:
    with pytest.raises(UnreadableDocument):
        xml_tree.web_root(b"", "x")
