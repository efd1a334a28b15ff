import asyncio
import threading
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from web.events import event, stream


@given(st.dictionaries(st.text(), st.text()))
def test_data_never_breaks_its_event(data: dict[str, str]) -> None:
    lines = event("done", data).split("\n")
    assert len(lines) == 4
    assert lines[0] == "event: done"
    assert lines[1].startswith("data: ")
    assert lines[2:] == ["", ""]


def test_when_the_client_goes_away_nothing_more_is_worked_on() -> None:
    worked: list[int] = []
    stopped: list[threading.Thread] = []
    closed = threading.Event()

    def endless() -> Iterator[str]:
        try:
            for n in range(1000):
                worked.append(n)
                yield event("sentence", {"n": n})
        finally:
            stopped.append(threading.current_thread())
            closed.set()

    async def gone_after_three() -> None:
        sent = asyncio.Event()

        async def receive() -> dict[str, str]:
            await sent.wait()
            return {"type": "http.disconnect"}

        async def send(message: object) -> None:
            if len(worked) >= 3:
                sent.set()
                await asyncio.sleep(0)

        response = stream(endless())  # held until after the assertion: no collector may do the closing
        await response({"type": "http", "asgi": {"spec_version": "2.3"}}, receive, send)
        assert await asyncio.to_thread(closed.wait, 10)

    asyncio.run(gone_after_three())
    assert 3 <= len(worked) < 20
    assert stopped
    assert stopped != [threading.main_thread()]  # where the loop runs, all others would wait for it
