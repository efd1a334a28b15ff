"""Many chats at once, each with words of its own that must turn up nowhere else.

    python -m tests.reliability.cross_talk FOLDER [--rounds 500] [--chats 16] [--seed 0]

A server of its own answers in the words of a model's server, which says again every canary that it is shown. Each chat
asks of a collection of its own, in whose document one canary stands, with another in each question; now and then it
leaves in the middle, and asks again at once. In the end no canary of another chat may have come in any stream, nor
stand in any conversation or title, and none at all in the server's log. FOLDER is made, and must not be there yet.
"""

import argparse
import json
import os
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from unittest.mock import patch

import httpx

from tests.completions import Server, begin, line
from tests.reliability.many_uploads import serving
from tests.reliability.processes import Home

CANARY = re.compile(r"[dq]\d+c(\d+)n")  # of a document or a question, and of which chat
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
TALK = 20  # turns of a conversation
LEAVES, RETRIES = (
    0.2,
    0.4,
)  # of all questions so many are left in the middle; of the next so many are asked again
PATIENCE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What it came to."""

    ended: Counter[str]  # questions, by how they ended
    own: int  # canaries of a chat in its own streams
    conversations: int
    wrong: tuple[str, ...]
    seconds: float


def run(home: Home, *, rounds: int, chats: int, seed: int = 0) -> Outcome:
    """Fill, serve, talk, and look at what was kept."""
    home.root.mkdir(parents=True)
    began = time.monotonic()
    with closing(Server()) as model, patch.dict(os.environ, _settings(model)):
        model.act = _repeat
        _fill(home, chats)
        with serving(home) as port, ThreadPoolExecutor(chats) as pool:
            talks = [Chat(number, port, random.Random(seed * 1000 + number)) for number in range(chats)]
            list(pool.map(lambda chat: chat.talk(rounds), talks))
    kept = list(_kept(home))
    logged = CANARY.findall((home.root / "serve.log").read_text())
    return Outcome(
        ended=sum((chat.ended for chat in talks), Counter[str]()),
        own=sum(chat.own for chat in talks),
        conversations=len(kept),
        wrong=(
            *(wrong for chat in talks for wrong in chat.wrong),
            *(f"a conversation holds canaries of {sorted(of)}" for of in kept if len(of) != 1),
            *(f"the log holds a canary of {of}" for of in logged),
        ),
        seconds=time.monotonic() - began,
    )


def _settings(model: Server) -> dict[str, str]:
    return {"FOOTNOTE_GENERATOR": model.address, "FOOTNOTE_THRESHOLD": "0", "FOOTNOTE_LOG_LEVEL": "info"}


def _repeat(to: BaseHTTPRequestHandler) -> None:
    """Every canary in the whole of the prompt, each in a sentence of its own, word by word."""
    shown = json.dumps(to.asked)  # type: ignore[attr-defined]
    begin(to)
    for found in dict.fromkeys(each.group() for each in CANARY.finditer(shown)):
        for word in f"The heron of the reeds is called {found} [1]. ".split(" "):
            to.wfile.write(line(f"{word} "))
    to.wfile.write(b"data: [DONE]\n\n")


def shelf(number: int) -> str:
    """The collection of a chat."""
    return f"shelf-{number}"


def _fill(home: Home, chats: int) -> None:
    home.docs.mkdir()
    for number in range(chats):
        text = f"The heron of the reeds is called d0c{number}n. It stands in the reeds all day."
        (home.docs / f"heron {number}.txt").write_text(text)
        code, _ = home.call("add", str(home.docs / f"heron {number}.txt"), "--collection", shelf(number))
        assert code == 0


class Chat:
    """One reader, who looks at all that comes."""

    def __init__(self, number: int, port: int, chance: random.Random) -> None:
        self.ended = Counter[str]()
        self.own = 0
        self.wrong: list[str] = []
        self._number = number
        self._base = f"http://127.0.0.1:{port}"
        self._chance = chance
        self._conversation = ""

    def talk(self, rounds: int) -> None:
        """So many questions, in one conversation after the other."""
        with httpx.Client(base_url=self._base, timeout=PATIENCE) as client:
            found = TOKEN.search(client.get("/").text)
            assert found
            for turn in range(rounds):
                if turn % TALK == 0:
                    self._conversation = ""
                self._round(client, found[1], f"What is the heron q{turn}c{self._number}n called?")

    def _round(self, client: httpx.Client, token: str, question: str) -> None:
        chance = self._chance.random()
        if chance < RETRIES:
            self._ask(client, token, question, leave=self._chance.randrange(1, 12))
        if chance >= LEAVES:
            self._ask(client, token, question)

    def _ask(self, client: httpx.Client, token: str, question: str, leave: int = 0) -> None:
        """Ask, and hear all of it, or only so many events."""
        sent = {
            "csrf": token,
            "question": question,
            "collection": shelf(self._number),
            "conversation": self._conversation,
        }
        heard, ending = 0, "broke off"
        with client.stream("POST", "/ask", data=sent, headers={"Accept": "text/event-stream"}) as told:
            assert told.status_code == httpx.codes.OK, told.read()
            name = ""
            for text in told.iter_lines():
                name = text.removeprefix("event: ") if text.startswith("event: ") else name
                self._look(text)
                heard += not text
                if name == "done" and text.startswith("data: "):
                    self._conversation = json.loads(text.removeprefix("data: "))["conversation"]
                    ending = "answered"
                if name == "problem":
                    self.wrong.append(f"chat {self._number} was told {text}")
                if leave and heard >= leave and ending != "answered":
                    ending = "left"
                    break
        self.ended[ending] += 1
        if ending == "broke off":
            self.wrong.append(f"an answer of chat {self._number} broke off")

    def _look(self, text: str) -> None:
        for of in CANARY.findall(text):
            if int(of) == self._number:
                self.own += 1
            else:
                self.wrong.append(f"chat {self._number} heard a canary of chat {of}")


def _kept(home: Home) -> Iterator[set[str]]:
    """Of which chats each conversation holds canaries, its title included."""
    with home.opened() as services:
        for row in services.conversations.recent(1_000_000):
            turns = services.history.turns(row.id)
            said = [row.title, *(f"{turn.question.text} {turn.text} {turn.notice}" for turn in turns)]
            quotes = [c.quote for turn in turns for s in turn.sentences for c in s.citations]
            yield set(CANARY.findall(" ".join([*said, *quotes])))


def main() -> None:
    """Go, and print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--rounds", type=int, default=500)
    options.add_argument("--chats", type=int, default=16)
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args()
    found = run(Home(root=chosen.folder), rounds=chosen.rounds, chats=chosen.chats, seed=chosen.seed)
    print(f"{chosen.rounds} rounds of {chosen.chats} chats in {found.seconds:.0f} s: {dict(found.ended)}")
    print(f"{found.own} canaries heard by their own chats, {found.conversations} conversations")
    print("; ".join(dict.fromkeys(found.wrong)) or "nothing wrong")


if __name__ == "__main__":
    main()
