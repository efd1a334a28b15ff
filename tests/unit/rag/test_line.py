from hypothesis import given
from hypothesis import strategies as st

from rag.line import Node, line, successor, versions


def asked(*edits: int | None) -> list[Node]:
    """A conversation in which each question follows the current ones, or takes the place of the one of this number."""
    nodes: list[Node] = []
    for number, edited in enumerate(edits):
        if edited is not None:
            current = [node.id for node in line(nodes)]
            gone = current[current.index(successor(nodes, str(edited))) :]
            nodes = [Node(id=n.id, replaced_by=str(number) if n.id in gone else n.replaced_by) for n in nodes]
        nodes.append(Node(id=str(number)))
    return nodes


def ids(nodes: list[Node], at: str | None = None) -> str:
    return "".join(node.id for node in line(nodes, at))


def test_questions_follow_each_other() -> None:
    assert ids(asked(None, None, None)) == "012"


def test_a_question_in_other_words_takes_the_place_of_all_from_there_on() -> None:
    assert ids(asked(None, None, None, 1)) == "03"


def test_what_was_replaced_is_shown_with_what_stood_around_it() -> None:
    nodes = asked(None, None, None, 1)
    assert ids(nodes, "1") == ids(nodes, "2") == "012"
    assert ids(nodes, "3") == ids(nodes, "0") == "03"


def test_an_earlier_version_of_an_earlier_version_is_found() -> None:
    nodes = asked(None, None, 1, 0, 3)  # 0 1, then 0 2, then 3, then 4
    assert (ids(nodes), ids(nodes, "3"), ids(nodes, "2"), ids(nodes, "1")) == ("4", "3", "02", "01")


def test_versions_are_those_that_stood_in_the_same_place() -> None:
    nodes = asked(None, None, 1, 1)
    assert [versions(nodes, each) for each in "0123"] == [["0"], *[["1", "2", "3"]] * 3]


def test_a_turn_that_only_went_with_another_is_no_version_of_what_came() -> None:
    nodes = asked(None, None, None, 1)
    assert versions(nodes, "2") == ["2"]
    assert versions(nodes, "3") == ["1", "3"]


@given(st.lists(st.none() | st.integers(0, 20), max_size=20))
def test_no_turn_is_ever_lost(edits: list[int | None]) -> None:
    edits = [edit if edit is None or edit < number else None for number, edit in enumerate(edits)]
    nodes = asked(*edits)
    for node in nodes:
        assert node.id in [each.id for each in line(nodes, node.id)]
        chain = versions(nodes, node.id)
        assert node.id in chain
        assert all(versions(nodes, each) == chain for each in chain)
    assert {node.id for node in line(nodes)} == {node.id for node in nodes if node.replaced_by is None}
