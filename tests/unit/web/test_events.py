import asyncio
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

    def endless() -> Iterator[str]:
        for n in range(1000):
            worked.append(n)
            yield event("sentence", {"n": n})

    async def gone_after_three() -> None:
        sent = asyncio.Event()

        async def receive() -> dict[str, str]:
            await sent.wait()
            return {"type": "http.disconnect"}

        async def send(message: object) -> None:
            if len(worked) >= 3:
                sent.set()
                await asyncio.sleep(0)

        await stream(endless())({"type": "http", "asgi": {"spec_version": "2.3"}}, receive, send)

    asyncio.run(gone_after_three())
    assert 3 <= len(worked) < 20
