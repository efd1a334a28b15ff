"""A line: first come, first served, no more at once than there are slots, and no place is lost."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import Busy, GeneratorFailed
from rag.models import slots
from rag.models.slots import Free, Place, Slots

MOVES = st.lists(st.one_of(st.just("come"), st.integers(0, 9)), max_size=60)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "TICK", 0.01)


def line(at_once: int = 1, waiting: int = 4, patience: float = 60.0) -> Slots:
    return Slots(at_once, waiting, patience=patience)


@given(at_once=st.integers(1, 3), waiting=st.integers(0, 4), moves=MOVES)
def test_whoever_came_first_has_their_turn_first_whoever_leaves_before(
    at_once: int, waiting: int, moves: list[str | int]
) -> None:
    slots, standing = line(at_once, waiting), list[Place]()
    for move in moves:
        if move != "come":
            standing.pop(int(move)).leave() if int(move) < len(standing) else None
        elif len(standing) < at_once + waiting:
            standing.append(slots.ticket())
        else:
            with pytest.raises(Busy):
                slots.ticket()
        assert [slots.before(place) for place in standing] == [
            max(0, at - at_once + 1) for at in range(len(standing))
        ]


def test_a_position_is_told_at_once_and_as_it_changes_and_ends_with_the_turn() -> None:
    slots = line()
    first, second, third = (slots.ticket() for _ in range(3))
    assert list(first.ahead()) == []
    told = third.ahead()
    assert next(told) == 2
    first.leave()
    assert next(told) in (2, 1)
    second.leave()
    assert set(told) <= {1}


def test_whoever_waits_is_told_again_though_nothing_changes_so_that_leaving_is_noticed() -> None:
    slots = line()
    slots.ticket()
    told = slots.ticket().ahead()
    assert [next(told) for _ in range(3)] == [1, 1, 1]


def test_whoever_gives_up_waiting_makes_room_for_those_behind() -> None:
    slots = line(waiting=2)
    holds, leaves, waits = (slots.ticket() for _ in range(3))
    with pytest.raises(Busy, match="2 questions wait for it already"):
        slots.ticket()
    leaves.leave()
    leaves.leave()
    assert slots.before(waits) == 1
    assert slots.before(slots.ticket()) == 2
    holds.leave()
    assert slots.before(waits) == 0


def test_patience_has_an_end() -> None:
    slots = line(patience=0.0)
    slots.ticket()
    with pytest.raises(GeneratorFailed, match="busy with other questions"):
        list(slots.ticket().ahead())


def test_where_nobody_stands_in_line_everybody_has_their_turn() -> None:
    free = Free()
    assert list(free.ahead()) == []
    free.leave()


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_threads_have_their_turns_in_order_and_never_more_of_them_at_once_though_some_crash(
    at_once: int,
) -> None:
    slots, inside, most, order = line(at_once, 100), set[int](), list[int](), list[int]()
    guard = threading.Lock()

    def work(number: int, place: Place) -> None:
        with suppress(ZeroDivisionError):
            try:
                for _ in place.ahead():
                    pass
                with guard:
                    inside.add(number)
                    most.append(len(inside))
                    order.append(number)
                if number % 3 == 0:
                    raise ZeroDivisionError
            finally:
                with guard:
                    inside.discard(number)
                place.leave()

    places = [slots.ticket() for _ in range(40)]
    with ThreadPoolExecutor(40) as pool:
        list(pool.map(work, range(40), places))
    assert max(most) <= at_once
    assert sorted(order) == list(range(40))
    assert at_once > 1 or order == sorted(order)
    assert slots.before(slots.ticket()) == 0


def test_a_generator_that_is_dropped_while_it_waits_gives_its_place_up() -> None:
    slots = line()
    slots.ticket()

    def asking() -> Iterator[int]:
        place = slots.ticket()
        try:
            yield from place.ahead()
        finally:
            place.leave()

    waits = asking()
    assert next(waits) == 1
    waits.close()  # type: ignore[attr-defined]
    assert slots.before(slots.ticket()) == 1
