import pytest

from ingest.parsers.hiding import PAPER, alike, comments, left_out
from rag.hidden import Concealment, Hidden


@pytest.mark.parametrize("ink", [PAPER, "fffffe", "F0F0F0", "F0FFF0"])
def test_what_no_eye_tells_from_paper_is_alike(ink: str) -> None:
    assert alike(ink, PAPER)


@pytest.mark.parametrize("ink", ["EEEEEE", "FFFF00", "000000", "auto", "", None, "FFFFFFFF"])
def test_what_shows_or_is_not_known_is_not_alike(ink: str | None) -> None:
    assert not alike(ink, PAPER)
    assert not alike(PAPER, ink)


def test_what_was_left_out_is_listed_once_for_each_way() -> None:
    counted = {Concealment.TINY: 3, Concealment.STYLE: 0, Concealment.COLOUR: 5}
    assert left_out(counted, page=2) == (
        Hidden(page=2, how=Concealment.COLOUR, characters=5),
        Hidden(page=2, how=Concealment.TINY, characters=3),
    )


@pytest.mark.parametrize(
    ("path", "content", "told"),
    [
        ("word/comments.xml", b"<w:comments><w:comment w:id='1'/></w:comments>", ("1 comment was left out.",)),
        ("xl/comments/comment1.xml", b"<comment ref='A1'/>" * 1_200, ("1,200 comments were left out.",)),
        ("ppt/comments/modernComment_1A.xml", b"<p188:cm id='1'/><p188:cm id='2'/>", ("2 comments were left out.",)),
        ("word/commentsExtended.xml", b"<w15:commentEx w15:paraId='1'/>", ()),
        ("xl/threadedComments/threadedComment1.xml", b"<threadedComment ref='A1'/>", ()),
        ("word/document.xml", b"<w:comment w:id='1'/>", ()),
    ],
)  # fmt: skip
def test_comments_are_counted_where_they_are_kept(path: str, content: bytes, told: tuple[str, ...]) -> None:
    assert comments({path: content}) == told
