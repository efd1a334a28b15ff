"""What a sentence claims is looked up in what it quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.support import LONGEST, Judge, Verdict, check
from rag.types import Citation, Page, Sentence, Support
from tests.factories import document
from tests.fakes import FakeEmbedder

NOTICE = "Employees must give 30 days of notice unless their contract says otherwise."
RULES = (
    "Refunds are paid within 14 days of the return. The fee of EUR 25 is not refunded. "
    "Dogs are not allowed in the canteen, except guide dogs. Marie Curie opened the Lyon office on 3 May 2024."
)


def judged(said: str, *quotes: str, around: str = "", judge: Judge | None = None) -> Verdict:
    return (judge or Judge()).judge(said, quotes or (RULES,), around)


@pytest.mark.parametrize(
    "said",
    [
        RULES,
        "The fee of EUR 25 is not refunded.",
        "Refunds are paid within fourteen days of the return.",
        "Refunds are paid within two weeks of the return.",
        "The fee of €25 isn't refunded.",
        "According to the document, the fee of 25 euros is not refunded.",
        "Marie Curie opened the Lyon office on 2024-05-03.",
        "Marie Curie opened the Lyon office in May 2024.",
        "On 3 May 2024, Marie Curie opened the Lyon office.",
        "Curie opened the office in Lyon.",
        "Dogs are forbidden in the canteen, except guide dogs.",
        "Refunds are paid within 14 days of the return, and the fee of EUR 25 is not refunded.",
    ],
)
def test_what_the_quote_says_in_these_or_other_words_is_supported(said: str) -> None:
    assert judged(said) == Verdict(support=Support.SUPPORTED)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Refunds are paid within 15 days of the return.", "the number 15 days is not in the quote"),
        ("Refunds are paid within 14 hours of the return.", "the number 14 hours is not in the quote"),
        ("Refunds are paid within 25 days of the return.", "the number 25 days is not in the quote"),
        ("The fee of $25 is not refunded.", "the number $25 is not in the quote"),
        ("The fee of EUR 14 is not refunded.", "the number EUR 14 is not in the quote"),
        (
            "Refunds are paid within at least 14 days of the return.",
            "the quote does not say at least 14 days",
        ),
        ("Marie Curie opened the Lyon office on 4 May 2024.", "the date 4 May 2024 is not in the quote"),
        ("Marie Curie opened the Paris office on 3 May 2024.", "the name Paris is not in the quote"),
        ("Marie Curie opened the INV-7 office on 3 May 2024.", "the code INV-7 is not in the quote"),
        ("The fee of EUR 25 is refunded.", 'the quote says "not refunded"'),
        ("Refunds are not paid within 14 days of the return.", 'the quote says "paid" without "not"'),
        ("Dogs are allowed in the canteen, except guide dogs.", 'the quote says "not allowed"'),
        ("Dogs are not forbidden in the canteen, except guide dogs.", None),
        ("Dogs are not allowed in the canteen.", 'the quote goes on: "except guide dogs …"'),
        ("Refunds are paid after 14 days of the return only.", 'the quote does not say "only"'),
        ("The gardener waters the roses.", None),
    ],
)
def test_what_the_quote_does_not_say_is_not_supported_and_the_reason_is_told(
    said: str, reason: str | None
) -> None:
    verdict = judged(said)
    assert verdict.support is not Support.SUPPORTED
    assert verdict.reasons
    assert reason is None or reason in verdict.reasons


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("All members vote.", "Some members vote."),
        ("Members must vote in May.", "Members may vote in May."),
        ("Prices went up before the war.", "Prices went up after the war."),
        ("Sales increased in spring.", "Sales decreased in spring."),
        ("A deposit of at most 30 euros is asked.", "A deposit of at least 30 euros is asked."),
        ("It is legal to fish here.", "It is illegal to fish here."),
        ("Students are forbidden to take the course.", "Students are required to take the course."),
    ],
)
def test_small_words_and_opposites_change_what_is_said(said: str, quoted: str) -> None:
    assert judged(said, quoted).support is not Support.SUPPORTED
    assert judged(quoted, quoted).support is Support.SUPPORTED


def test_a_fact_of_another_place_of_the_quote_is_found_out() -> None:
    quote = (
        "The Lyon office has 40 desks and opened in 2019. The Turin office has 75 desks and opened in 2021."
    )
    assert judged("The Turin office has 75 desks.", quote).support is Support.SUPPORTED
    assert "the quote says 75 there, not 40" in judged("The Turin office has 40 desks.", quote).reasons
    swapped = judged("The Lyon office has 75 desks and the Turin office has 40 desks.", quote)
    assert swapped.support is not Support.SUPPORTED


def test_what_contradicts_its_quote_is_unsupported_and_what_is_half_right_is_partly_supported() -> None:
    assert judged("The fee of EUR 25 is refunded.").support is Support.UNSUPPORTED
    assert judged("Marie Curie opened the Lyon office on 4 May 2024.").support is Support.PARTLY
    assert judged("Refunds are paid within 15 days of the return.").support is Support.UNSUPPORTED


def test_a_cut_that_drops_an_exception_is_not_the_whole_truth() -> None:
    assert judged("Employees must give 30 days of notice.", NOTICE).support is Support.PARTLY


def test_a_title_may_name_what_its_page_speaks_of() -> None:
    said, quote = "The Tarn weighs 12 kg.", "It weighs 12 kg."
    assert judged(said, quote).support is not Support.SUPPORTED
    assert not any("name" in reason for reason in judged(said, quote, around="Tarn manual").reasons)


def test_each_claim_may_stand_in_another_of_the_quotes() -> None:
    quotes = ("The Lyon office has 40 desks.", "The Turin office has 75 desks.")
    said = "The Lyon office has 40 desks, and the Turin office has 75 desks."
    assert judged(said, *quotes).support is Support.SUPPORTED
    assert judged(said, quotes[0]).support is not Support.SUPPORTED


def test_a_word_in_the_place_of_another_is_told_from_one_that_means_the_same() -> None:
    said, quote = "The committee ratified the budget.", "The committee approved the budget."
    assert judged(said, quote).reasons == ('the quote says "approved" there, not "ratified"',)
    assert judged(said, quote, judge=Judge(embedder=Alike())).support is Support.SUPPORTED


class Alike(FakeEmbedder):
    """Finds all texts alike."""

    def embed(self, texts):
        return super().embed(["the same"] * len(texts))


class FakeEntailment:
    """Says what it was told to say."""

    def __init__(self, *probabilities: float) -> None:
        self.told = probabilities
        self.asked: list[tuple[str, str]] = []

    def probabilities(self, premise: str, hypothesis: str) -> tuple[float, float, float]:
        self.asked.append((premise, hypothesis))
        entails, neutral, contradicts = self.told
        return entails, neutral, contradicts


@pytest.mark.parametrize(
    ("told", "support"),
    [
        ((0.9, 0.1, 0.0), Support.SUPPORTED),
        ((0.2, 0.7, 0.1), Support.PARTLY),
        ((0.1, 0.1, 0.8), Support.UNSUPPORTED),
    ],
)
def test_a_model_of_inference_has_a_say(told: tuple[float, ...], support: Support) -> None:
    model = FakeEntailment(*told)
    assert judged("Curie opened the office in Lyon.", judge=Judge(entailment=model)).support is support
    assert set(model.asked) == {(RULES, "Curie opened the office in Lyon.")}


def test_a_model_of_inference_cannot_lift_a_wrong_number() -> None:
    sure = Judge(entailment=FakeEntailment(1.0, 0.0, 0.0))
    assert judged("Refunds are paid within 15 days of the return.", judge=sure).support is Support.UNSUPPORTED


def test_the_words_of_a_quote_need_no_model() -> None:
    model = FakeEntailment(0.0, 0.0, 1.0)
    assert (
        judged("The fee of EUR 25 is not refunded.", judge=Judge(entailment=model)).support
        is Support.SUPPORTED
    )
    assert model.asked == []


def test_what_cites_nothing_is_unsupported() -> None:
    assert Judge().judge("It is grey.", ()).support is Support.UNSUPPORTED
    assert Judge().judge("It is grey.", (" ",)).support is Support.UNSUPPORTED


def test_a_checked_sentence_carries_the_reasons() -> None:
    quote = "Refunds take 14 days."
    cited = Citation(marker=1, document=document(), page=1, start=0, end=len(quote), quote=quote)
    sentence = Sentence(text="Refunds take 15 days.", citations=(cited,), support=Support.SUPPORTED)
    checked = check(sentence, lambda _: Page(number=1, text=quote))
    assert checked.support is Support.UNSUPPORTED
    assert checked.reasons == ("the number 15 days is not in the quote",)


@given(st.text(max_size=120), st.lists(st.text(max_size=200), max_size=3))
def test_no_text_breaks_the_check(said: str, quotes: list[str]) -> None:
    verdict = Judge().judge(said, quotes)
    assert (verdict.support is Support.SUPPORTED) is not bool(verdict.reasons)


@given(st.text(min_size=1, max_size=200).filter(str.strip))
def test_whatever_is_said_in_the_very_words_of_its_quote_is_supported(text: str) -> None:
    assert Judge().judge(text, [text]).support is Support.SUPPORTED


@pytest.mark.parametrize("said", ["\ufffd\ufffd \ufffd.", "!!! ???", "😀", "— * —", "\u202e"])
def test_what_has_no_words_is_supported_by_nothing_but_itself(said: str) -> None:
    assert judged(said) == Verdict(
        support=Support.UNSUPPORTED, reasons=("it has no words that could be checked",)
    )
    assert judged(said, said).support is Support.SUPPORTED


@pytest.mark.parametrize(
    "piece", ["1,", "A.", "not ", '"', "may ", "3 May ", "INV-", "((", "a-1.", "und 5 ", "\u202e"]
)
def test_long_rows_of_anything_are_checked(piece: str) -> None:
    text = piece * (LONGEST // len(piece))
    assert Judge().judge(text, [text[::-1] + " end.", text]).support is Support.SUPPORTED
    assert Judge().judge(text + "!" * LONGEST, [text]).reasons == ("it is too long to be checked",)
    assert Judge().judge(text[:-1] + "7", [text * 3]).support in Support
