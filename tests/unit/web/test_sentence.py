from rag.types import Citation, Sentence, Support
from tests.factories import document
from web.csrf import Csrf
from web.pages import Pages

CITATION = Citation(marker=1, document=document(), page=1, start=0, end=4, quote="Grey")


def shown(support: Support, *reasons: str) -> str:
    sentence = Sentence(text="Blue.", citations=(CITATION,), support=support, reasons=reasons)
    return Pages(Csrf()).render("_sentence.html", sentence=sentence)


def test_a_sentence_in_doubt_is_marked_with_the_reasons() -> None:
    assert "partly supported: the name Blue is not in the quote" in shown(
        Support.PARTLY, "the name Blue is not in the quote"
    )
    assert "not supported: nothing is quoted; nor found" in shown(
        Support.UNSUPPORTED, "nothing is quoted", "nor found"
    )
    assert "supported:" not in shown(Support.SUPPORTED)


def test_a_reason_that_holds_markup_is_escaped() -> None:
    assert "<script>" not in shown(Support.PARTLY, "the name <script>alert(1)</script> is not in the quote")
