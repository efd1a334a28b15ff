"""The fewest sentences are chosen, each side of a comparison has its own, and what contradicts is not passed over."""

from rag.choice import LONGEST, MOST, RIVALS, Run, runs
from rag.evidence import WEIGHTS, Candidate, Evidence
from rag.reading import surroundings
from rag.types import Chunk, Question
from tests import factories


def candidates(
    title: str, text: str, *scores: float, number: int = 1, source: str = "a", pointed: float = 0.0
) -> list[Candidate]:
    """The sentences of a document with their scores, a reader pointing into each or into none."""
    chunk = Chunk(page=1, start=0, end=len(text), text=text)
    document = factories.document(id=f"{number:032x}", title=title, source=source)
    reading = surroundings(factories.passage(chunk, of=document, chunk_id=number), None)
    signals = tuple({**dict.fromkeys(WEIGHTS, 0.5), "pointed": pointed}.values())
    return [
        Candidate(reading=reading, at=at, signals=signals, score=score) for at, score in enumerate(scores)
    ]


def chosen(question: str, *found: list[Candidate]) -> list[str]:
    return [run.text for run in chosen_runs(question, *found)]


def chosen_runs(question: str, *found: list[Candidate]) -> tuple[Run, ...]:
    every = sorted((each for some in found for each in some), key=lambda each: -each.score)
    return runs(Question(text=question), Evidence(candidates=tuple(every)))


def test_a_sure_sentence_is_enough() -> None:
    found = candidates("Cats", "Cats purr. They sleep.\n\nDogs bark.", 9.0, 1.0, 2.0)
    assert chosen("What do cats do?", found) == ["Cats purr."]


def test_where_a_reader_points_the_scores_count_for_less_so_that_more_is_quoted() -> None:
    text = "Cats purr.\n\nThey sleep.\n\nDogs bark."
    assert len(chosen("What do cats do?", candidates("Cats", text, 3.0, 1.6, 0.0))) == 1
    assert len(chosen("What do cats do?", candidates("Cats", text, 3.0, 1.6, 0.0, pointed=0.9))) == 1
    assert len(chosen("What do cats do?", candidates("Cats", text, 3.0, 2.0, 1.9))) == 1
    assert len(chosen("What do cats do?", candidates("Cats", text, 3.0, 2.0, 1.9, pointed=0.9))) == 2


def test_a_run_grows_no_longer_than_it_may() -> None:
    found = candidates("Cats", "Cats purr. Cats sleep. Cats eat. Cats run. Cats jump.", *[5.0] * 5)
    assert chosen("Who purrs?", found)[0].count(".") == LONGEST


def test_an_open_question_gets_a_longer_run() -> None:
    found = candidates("Cats", "Cats purr. Cats sleep. Cats eat. Cats run. Cats jump.", *[5.0] * 5)
    assert chosen("How do cats live?", found)[0].count(".") > LONGEST


def test_a_run_counts_what_all_its_sentences_promise() -> None:
    (run, *_) = chosen_runs("Who purrs?", candidates("Cats", "Cats purr. Cats sleep.", 5.0, 5.0))
    assert run.chance == 1.0


def test_no_more_are_chosen_than_the_most() -> None:
    texts = (
        "Cats purr.",
        "Dogs bark.",
        "Cows moo.",
        "Pigs grunt.",
        "Hens cluck.",
        "Owls hoot.",
        "Rats squeak.",
    )
    found = [candidates(text, text, 5.0, number=number) for number, text in enumerate(texts, start=1)]
    assert len(chosen("Who is loud?", *found)) == MOST


def report(year: int, sales: int, score: float) -> list[Candidate]:
    return candidates(f"Annual report {year}", f"Sales were {sales} million euros.", score, number=year)


def test_each_document_of_a_series_has_its_say_the_oldest_first() -> None:
    found = (report(2024, 44, 9.0), report(2022, 30, 7.0), report(2023, 39, 8.0))
    assert chosen("How have sales changed over time?", *found) == [
        "Sales were 30 million euros.",
        "Sales were 39 million euros.",
        "Sales were 44 million euros.",
    ]


def test_a_question_about_one_time_is_not_answered_with_all_times() -> None:
    found = (report(2024, 44, 9.0), report(2022, 30, 5.0))
    assert chosen("How have sales changed in 2024?", *found) == ["Sales were 44 million euros."]


def test_the_sides_that_a_question_names_each_have_a_quote() -> None:
    porto = candidates("Office in Porto", "It has 40 desks.", 9.0)
    turin = candidates("Office in Turin", "It has 30 desks.", 6.0, number=2)
    oslo = candidates("Office in Oslo", "It has 20 desks.", 6.0, number=3)
    asked = "What is the difference between the desks of Porto and of Turin?"
    assert chosen(asked, porto, turin, oslo) == ["It has 40 desks.", "It has 30 desks."]


def test_documents_that_have_nothing_to_do_with_the_comparison_stay_out() -> None:
    found = candidates("Badges", "Badges changed in May.", 9.0)
    other = candidates("Lunch", "The menu changed in June.", 6.0, number=2)
    assert chosen("How have badges changed?", found, other) == ["Badges changed in May."]


def test_a_sentence_that_contradicts_the_best_one_is_shown_with_it() -> None:
    said = "The fee for a visitor badge is {} euros."
    found = [candidates("Badges", said.format(fee), 9.0 - fee, number=fee) for fee in range(1, 7)]
    assert chosen("What does a visitor badge cost?", *found) == [
        said.format(fee) for fee in range(1, 2 + RIVALS)
    ]


def test_no_evidence_has_nothing_to_choose() -> None:
    assert chosen("What do cats do?") == []


def test_who_asks_for_the_latest_gets_no_quote_of_an_earlier_one() -> None:
    found = (report(2024, 44, 8.0), report(2022, 30, 9.0), report(2023, 39, 8.5))
    assert chosen("What were the sales in the latest report?", *found) == ["Sales were 44 million euros."]


def test_the_latest_that_hardly_answers_takes_nothing_away() -> None:
    found = (report(2024, 44, 1.0), report(2023, 39, 9.0))
    assert chosen("What were the sales in the latest report?", *found)[0] == "Sales were 39 million euros."
