"""The conversation as people use it: a real server, a real browser, and a model that writes when it is let."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.browser.barriers import barriers
from tests.browser.late import Late
from tests.browser.looks import LOOKS, RIGHT_TO_LEFT, turned
from tests.browser.patience import SECONDS, expect, window
from tests.browser.serving import served
from tests.browser.test_browser import QUESTION, upload
from tests.completions import Server, begin, line, says

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOLD = (
    "The warranty on every pump lasts thirty-six months from delivery [1].",
    " Dealers send claims by letter [1].",
)
GUIDE = {
    "name": "guide.md",
    "mimeType": "text/markdown",
    "buffer": b"# Visitor guide\n\n## How do I get a visitor badge?\n\nVisitor badges are handed out at the gate.\n",
}
DONE = ".turn:not(.pending)"


@dataclass
class Held:
    """Writes its first sentence, and the rest when it is let."""

    let: threading.Event = field(default_factory=threading.Event)

    def __call__(self, to: BaseHTTPRequestHandler) -> None:
        begin(to)
        to.wfile.write(line(TOLD[0]) + line(" Dealers send"))
        to.wfile.flush()
        assert self.let.wait(SECONDS)
        to.wfile.write(line(" claims by letter [1].") + b"data: [DONE]\n\n")


@pytest.fixture(scope="module")
def model() -> Iterator[Server]:
    opened = Server()
    yield opened
    opened.close()


@pytest.fixture
def held(model: Server) -> Iterator[Held]:
    """The model waits within an answer; at the end it is let, and writes at once again."""
    model.act = acts = Held()
    yield acts
    acts.let.set()
    model.act = says(*TOLD)


@pytest.fixture(scope="module")
def address(model: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own, whose answers that model writes."""
    model.act = says(*TOLD)
    with served(tmp_path_factory.mktemp("chat"), FOOTNOTE_GENERATOR=model.address) as found:
        yield found


@pytest.fixture(scope="module")
def library(browser: Any, address: str, warranty: Path) -> None:
    """Two documents, in two collections."""
    context = window(browser, address)
    page = context.new_page()
    upload(page, warranty)
    upload(page, GUIDE)
    context.close()


@pytest.fixture
def look(visit: Any, library: None) -> Callable[..., Any]:
    """Opens a page as somebody would see it."""

    def opened(kind: str = "light", path: str = "/", **options: Any) -> Any:
        return turned(visit(path, **(LOOKS[kind] | options)), kind)

    return opened


def send(page: Any, question: str = QUESTION) -> None:
    page.fill("#question", question)
    page.keyboard.press("Enter")


def ask(page: Any, question: str = QUESTION) -> Any:
    before = page.locator(DONE).count()
    send(page, question)
    page.locator(DONE).nth(before).locator(".actions").wait_for()
    return page.locator(".turn").last


def conversation(page: Any) -> str:
    found = re.search(r"/c/([0-9a-f]{32})", page.evaluate("location.pathname"))
    assert found
    return found[1]


def forgive(visit: Any, *said: str) -> None:
    """What the browser itself says of a request that failed is no fault of the page."""
    assert [each for each in visit.wrong if not any(known in each for known in said)] == []
    visit.wrong.clear()


@pytest.mark.parametrize("kind", LOOKS)
def test_an_answer_streams_is_stopped_and_its_question_stands_in_the_box_again(
    look: Any, held: Held, kind: str
) -> None:
    page = look(kind)
    send(page)
    turn = page.locator(".turn.pending")
    turn.locator(".sentence").first.wait_for()
    turn.locator(".draft", has_text="Dealers send").wait_for()
    assert turn.locator(".answer").get_attribute("aria-live") == "polite"
    bubble, whole = turn.locator(".question").bounding_box(), turn.bounding_box()
    at_start = abs(bubble["x"] - whole["x"]) < 2
    assert at_start == (kind == RIGHT_TO_LEFT)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Escape")
    page.locator(".turn .notice", has_text="Stopped.").wait_for()
    assert page.input_value("#question") == QUESTION
    assert page.evaluate("location.pathname") == "/"
    assert page.locator("#composer.running").count() == 0


def test_nothing_moves_while_an_answer_streams(look: Any, held: Held) -> None:
    page = look()
    page.evaluate(
        "() => { window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((each) => {"
        " if (!each.hadRecentInput) window.moved += each.value; })).observe({type: 'layout-shift', buffered: true}) }"
    )
    send(page)
    page.locator(".turn.pending .draft", has_text="Dealers send").wait_for()
    before = page.locator(".turn .sentence").first.bounding_box()
    held.let.set()
    page.locator(f"{DONE} .cards").wait_for()
    page.locator(".chat-head summary").wait_for()  # the head comes after the answer
    after = page.locator(".turn .sentence").first.bounding_box()
    assert (after["x"], after["y"]) == (before["x"], before["y"])
    assert page.evaluate("window.moved") < 0.05


@pytest.mark.parametrize("kind", LOOKS)
def test_a_page_that_is_loaded_again_mid_answer_finds_it(look: Any, held: Held, kind: str) -> None:
    page = look(kind)
    send(page)
    page.locator(".turn.pending .sentence").first.wait_for()
    known = conversation(page)
    page.reload()
    page.locator(".turn.pending .sentence").first.wait_for()
    assert page.locator(".turn .question").first.inner_text() == QUESTION
    held.let.set()
    page.locator(f"{DONE} .actions").wait_for()
    assert page.locator("#turns .turn").count() == 1
    assert page.locator("#turns .sentence").count() == 2
    page.locator(f"#conversations a[href='/c/{known}']").first.wait_for(state="attached")


def test_another_tab_and_whoever_comes_back_find_the_answer_too(look: Any, held: Held) -> None:
    page = look()
    send(page)
    page.locator(".turn.pending .sentence").first.wait_for()
    address = f"/c/{conversation(page)}"
    other = page.context.new_page()
    other.goto(address)
    other.locator(".turn.pending .sentence").first.wait_for()
    page.goto("/conversations")
    held.let.set()
    other.locator(f"{DONE} .actions").wait_for()
    page.go_back()
    page.locator(f"{DONE} .actions").wait_for()
    assert page.locator("#turns .turn").count() == 1


BREAKS = """
const fetched = window.fetch;
window.broken = 0;
window.fetch = async (address, options) => {
  const response = await fetched(address, options);
  if (!String(address).endsWith("/ask")) return response;
  const reader = response.body.getReader();
  const pull = async (to) => {
    const { done, value } = await reader.read();
    if (done) return to.close();
    to.enqueue(value);
    if (new TextDecoder().decode(value).includes("event: draft")) {
      window.broken += 1;
      reader.cancel();
      to.error(new TypeError("network error"));
    }
  };
  return new Response(new ReadableStream({ pull }), response);
};
"""


def test_a_connection_that_drops_is_taken_up_again_and_the_answer_goes_on(look: Any, held: Held) -> None:
    page = look()
    page.add_init_script(BREAKS)
    page.goto("/")
    send(page)
    page.locator(".turn.pending .draft", has_text="Dealers send").wait_for()
    page.wait_for_function("window.broken === 1")
    held.let.set()
    page.locator(f"{DONE} .actions").wait_for()
    assert page.locator("#turns .sentence").count() == 2


def test_a_question_asked_offline_stands_in_the_box_again_once_there_is_a_connection(
    look: Any, visit: Any
) -> None:
    page = look()
    page.context.set_offline(True)
    send(page)
    page.locator(".turn .state", has_text="The connection broke off").wait_for()
    page.context.set_offline(False)
    page.locator(".turn .notice", has_text="did not arrive").wait_for()
    assert page.input_value("#question") == QUESTION
    forgive(visit, "ERR_INTERNET_DISCONNECTED", "404")


@pytest.mark.parametrize("kind", LOOKS)
def test_an_answer_is_asked_for_again_and_the_earlier_one_stays_in_reach(look: Any, kind: str) -> None:
    page = look(kind)
    first = ask(page).get_attribute("id")
    page.locator("button.again").click()
    page.locator(".versions", has_text="2 of 2").wait_for()
    assert page.locator("#turns .turn").count() == 1
    page.locator(".versions [rel=prev]").click()
    page.locator(".notice.earlier").wait_for()
    page.wait_for_load_state()
    assert page.locator(f"[id='{first}'] .versions", has_text="1 of 2").count() == 1
    assert page.locator("button.again").count() == 0
    page.go_back()
    page.locator(".versions", has_text="2 of 2").wait_for()


def test_a_question_is_changed_in_its_place_and_what_came_after_makes_way(look: Any) -> None:
    page = look()
    ask(page)
    ask(page, "Who gets a visitor badge?")
    page.locator("a[data-edit]").first.click()
    box = page.locator(".edit textarea")
    assert (box.input_value(), box.evaluate("box => box === document.activeElement")) == (QUESTION, True)
    page.keyboard.press("Escape")
    assert page.locator(".edit").count() == 0
    page.locator("a[data-edit]").first.click()
    box.fill("How long does the warranty on pumps last?")
    page.keyboard.press("Enter")
    page.locator(f"{DONE} .versions", has_text="2 of 2").wait_for()
    assert page.locator("#turns .question").all_inner_texts() == ["How long does the warranty on pumps last?"]
    page.locator(".versions [rel=prev]").click()
    page.locator(".notice.earlier").wait_for()
    expect(page.locator("#turns .question")).to_have_count(2)


def test_what_was_to_be_replaced_stands_there_again_when_it_is_stopped(look: Any, model: Server) -> None:
    page = look()
    ask(page)
    model.act = acts = Held()
    page.locator("button.again").click()
    page.locator(".turn.pending .sentence").first.wait_for()
    page.locator(".send").click()
    page.locator("#toast", has_text="Stopped.").wait_for()
    assert page.locator(f"#turns {DONE}").count() == 1
    assert page.locator(".versions").count() == 0
    acts.let.set()
    model.act = says(*TOLD)


def test_where_the_line_is_full_the_question_stays_in_the_box_and_it_is_said_when_to_come_again(
    look: Any, visit: Any
) -> None:
    page = look()
    problem = json.dumps({"detail": "The language model is busy."})
    full = {"status": 503, "headers": {"Retry-After": "5"}, "content_type": "application/problem+json"}
    page.route("**/ask", lambda route: route.fulfill(body=problem, **full))
    send(page)
    said = page.locator(".turn .notice")
    said.wait_for()
    assert said.inner_text() == "The language model is busy. Try again in 5 seconds."
    assert page.input_value("#question") == QUESTION
    forgive(visit, "503")


def test_whoever_waits_is_told_how_many_are_before(look: Any) -> None:
    page = look()
    found = {
        "passages": 2,
        "documents": 1,
        "looked_for": "",
        "url": "/c/" + "0" * 32,
        "conversation": "0" * 32,
    }
    told = [("passages", found), ("queued", {"ahead": 2})]
    body = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in told)
    page.route("**/ask", lambda route: route.fulfill(body=body, content_type="text/event-stream"))
    never = threading.Event()
    page.route("**/answers/*/events", lambda route: None if not never.is_set() else route.abort())
    page.evaluate(
        "() => { window.said = []; new MutationObserver(() => window.said.push("
        "document.querySelector('#turns [role=status]')?.textContent)).observe(document.getElementById('turns'),"
        " {subtree: true, childList: true, characterData: true}) }"
    )
    send(page)
    page.wait_for_function("window.said.includes('2 questions before yours')")
    page.unroute_all(behavior="ignoreErrors")


def test_an_answer_and_a_link_to_it_are_copied(look: Any) -> None:
    page = look(permissions=["clipboard-read", "clipboard-write"])
    turn = ask(page)
    turn.locator("[data-copy]").click()
    page.locator("#toast", has_text="Copied, with its footnotes.").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(
        f"{QUESTION}\n\nThe warranty on every pump lasts thirty-six months from delivery.[1]"
    )
    assert "[1] Warranty terms, Warranty terms.pdf · page 2: “The warranty on every pump" in text
    assert "✓" not in text
    html = page.evaluate(
        "navigator.clipboard.read().then(all => all[0].getType('text/html')).then(b => b.text())"
    )
    assert "<strong>" in html
    assert "/source/" in html
    turn.locator("[data-copy-link]").click()
    page.locator("#toast", has_text="Link copied.").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.endswith(f"/c/{conversation(page)}#{turn.get_attribute('id')}")
    page.goto(link)
    assert page.locator(".turn:target").count() == 1


def test_a_link_to_an_answer_that_was_replaced_leads_to_it(look: Any) -> None:
    page = look()
    first = ask(page).get_attribute("id")
    page.locator("button.again").click()
    page.locator(".versions").wait_for()
    known = conversation(page)
    page.goto("/")
    page.goto(f"/c/{known}#{first}")
    page.locator(f"[id='{first}']").wait_for()
    assert page.locator(".notice.earlier").count() == 1


def test_keys_lead_everywhere(look: Any) -> None:
    page = look()
    focused = "document.activeElement.id || document.activeElement.name"
    page.locator("#main").focus()
    page.keyboard.press("/")
    assert (page.evaluate(focused), page.input_value("#question")) == ("question", "")
    ask(page)
    page.locator("#main").focus()
    page.keyboard.press("Control+k")
    assert page.evaluate(focused) == "question"
    page.keyboard.press("ArrowUp")
    assert page.locator(".edit textarea").input_value() == QUESTION
    page.keyboard.press("Escape")
    page.locator("#main").focus()
    page.keyboard.press("?")
    page.locator("#keys[open]").wait_for()
    page.keyboard.press("Escape")
    page.locator("#keys[open]").wait_for(state="detached")
    page.locator(".chat-head summary").focus()
    page.keyboard.press("Enter")
    page.locator(".chat-head .menu[open]").wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".chat-head .menu[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_long_title_is_renamed_within_a_phones_window(look: Any) -> None:
    page = look("phone")
    ask(page)
    page.reload()
    page.locator(".chat-head summary").click()
    page.get_by_role("link", name="Rename").click()
    title = page.locator("dialog #title")
    title.fill("How long does the warranty last that was agreed upon " * 3)
    for part in (page.locator("dialog[open]"), title, page.locator("dialog .primary")):
        box = part.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= page.viewport_size["width"]


def test_a_conversation_is_renamed_pinned_saved_printed_and_deleted(look: Any) -> None:
    page = look()
    ask(page)
    page.reload()
    open_menu = page.locator(".chat-head summary").click
    open_menu()
    page.get_by_role("link", name="Rename").click()
    page.fill("dialog #title", "Of pumps")
    page.keyboard.press("Enter")
    page.locator("#head h1", has_text="Of pumps").wait_for()
    page.locator(".chat-head .pin").click()
    page.locator(".chat-head .pin[aria-pressed=true]").wait_for()
    page.wait_for_load_state()  # before its scripts run, a menu does not close by itself
    assert page.locator("#conversations .current .pinned").count() == 1
    open_menu()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as Markdown").click()
    assert "[^1]: **Warranty terms**" in saved.value.path().read_text("utf-8")
    page.evaluate("window.print = () => { window.printed = true }")
    open_menu()
    page.locator("[data-print]").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    assert page.locator(".excerpt").first.is_visible()
    assert [page.locator(each).first.is_visible() for each in (".composer", ".side", ".actions")] == [
        False
    ] * 3
    page.emulate_media(media="screen")
    open_menu()
    page.get_by_role("link", name="Delete", exact=True).click()
    page.locator("dialog [data-cancel]").click()
    assert page.locator("dialog[open]").count() == 0
    open_menu()
    page.get_by_role("link", name="Delete", exact=True).click()
    page.locator("dialog .danger").click()
    page.locator(".hero").wait_for()


def test_what_is_asked_before_something_is_done_is_of_what_was_pressed_last(look: Any) -> None:
    page = look()
    ask(page)
    page.reload()
    late = Late(page, "/rename$")
    page.locator(".chat-head summary").click()
    page.get_by_role("link", name="Rename").click()
    late.asked()
    page.locator(".chat-head summary").click()
    page.get_by_role("link", name="Delete", exact=True).click()
    page.locator("dialog .danger").wait_for()
    late.come()
    assert page.locator("dialog .danger").is_visible()


def test_a_first_question_is_suggested_and_asked_by_its_button(look: Any) -> None:
    page = look()
    page.locator(".suggestions button").first.click()
    page.locator(f"{DONE} .actions").wait_for()
    assert page.locator("#turns .question").inner_text() == "How do I get a visitor badge?"
    assert page.locator("h1").count() == 1


@pytest.fixture(scope="module")
def shelves(address: str, browser: Any, library: None) -> None:
    """A second collection."""
    context = window(browser, address)
    page = context.new_page()
    file = {
        "name": "lockers.txt",
        "mimeType": "text/plain",
        "buffer": b"Lockers are emptied on Friday evening.",
    }
    sent = context.request.post(
        "/api/v1/documents",
        multipart={"collection": "house", "file": file},
        headers={"X-Footnote-Client": "test"},
    )
    assert sent.ok, sent.text()
    page.goto("/documents")
    page.locator("tr", has_text="lockers.txt").locator(".pill.ready").first.wait_for()
    context.close()


@pytest.mark.parametrize("kind", ["light", "phone"])
def test_where_is_looked_is_chosen_and_remembered(look: Any, shelves: None, kind: str) -> None:
    page = look(kind)
    page.locator("#scope summary").click()
    page.get_by_label("house").check()
    assert page.locator(".scope-names").inner_text() == "house"
    page.locator("#question").click()
    ask(page, "When are lockers emptied?")
    page.goto(page.evaluate("location.pathname"))
    assert page.locator(".scope-names").inner_text() == "house"
    assert page.locator("#scope input:checked").count() == 1


def test_a_collection_renamed_meanwhile_is_looked_in_by_its_new_name(look: Any, shelves: None) -> None:
    page = look()
    page.locator("#scope summary").click()
    page.get_by_label("house").check()
    page.locator("#question").click()
    ask(page, "When are lockers emptied?")
    for before, after in (("house", "yard"), ("yard", "house")):
        other = page.context.new_page()
        other.goto("/documents/collections")
        shelf = other.locator(".shelves li", has_text=before)
        shelf.locator("summary").click()
        shelf.locator("input[name=name]").fill(after)
        shelf.locator(".primary").click()
        other.locator(".shelves li", has_text=after).wait_for()
        other.close()
        send(page, "When are lockers emptied?")
        page.locator(".turn .notice.warning", has_text=f"There is no collection '{before}'").last.wait_for()
        page.locator(".scope-names", has_text=after).wait_for()
        assert page.locator("#question").input_value() == "When are lockers emptied?"
        ask(page, page.locator("#question").input_value())


def test_conversations_are_searched(look: Any) -> None:
    page = look()
    ask(page)
    page.locator("#conversations .all").click()
    page.fill("#q", "thirty-six MONTHS")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator(".found-conversations li").first.wait_for()
    page.fill("#q", "zebra")
    page.keyboard.press("Enter")
    page.locator(".nothing", has_text="Nothing was found").wait_for()


@pytest.mark.parametrize(("language", "told"), [("en", r"today, \d+:\d\d .M"), ("de", r"heute, \d+:\d\d")])
def test_moments_are_told_in_the_readers_time_and_language(look: Any, language: str, told: str) -> None:
    page = look(locale=language, timezone_id="Asia/Kolkata")  # half an hour off, so no hour of the server's
    ask(page)
    page.goto("/conversations")
    moment = page.locator(".found-conversations time").first
    assert re.fullmatch(told, moment.inner_text().replace("\u202f", " "))
    minutes = page.evaluate("it => new Date(it.dateTime).getMinutes()", moment.element_handle())
    assert f":{minutes:02}" in moment.inner_text()
    assert "UTC" in moment.get_attribute("title")


def test_all_of_it_works_without_scripts(look: Any, shelves: None) -> None:
    page = look(java_script_enabled=False)
    page.locator("#scope summary").click()
    page.get_by_label("default").check()
    page.fill("#question", QUESTION)
    page.locator(".send").click()
    expect(page.locator(".scope-names")).to_have_text("default")
    page.locator("button.again").click()
    page.locator(".versions", has_text="2 of 2").wait_for()
    with page.expect_navigation():
        page.locator("a[data-edit]").click()
    page.fill("#question", "How long does the warranty last?")
    page.locator(".primary").click()
    page.locator(".versions", has_text="3 of 3").wait_for()
    page.locator(".chat-head summary").click()
    assert page.locator(".chat-head .no-scripts").is_visible()
    page.get_by_role("link", name="Rename").click()
    page.fill("#title", "Without scripts")
    page.locator(".primary").click()
    expect(page.locator("#head h1")).to_have_text("Without scripts")
    page.locator(".chat-head summary").click()
    page.get_by_role("link", name="Delete", exact=True).click()
    page.locator(".danger").click()
    page.locator(".hero").wait_for()


@pytest.mark.parametrize("kind", ["light", "dark", "phone", RIGHT_TO_LEFT])
def test_nothing_keeps_anybody_out(look: Any, shelves: None, model: Server, kind: str) -> None:
    page = look(kind, bypass_csp=True)
    page.emulate_media(reduced_motion="reduce")  # nothing is seen half faded in
    found: dict[str, list[str]] = {}

    def checked(state: str) -> None:
        found[state] = barriers(page)

    page.locator("#scope summary").click()
    checked("empty, with its collections open")
    page.keyboard.press("Escape")
    model.act = acts = Held()
    send(page)
    page.locator(".turn.pending .sentence").first.wait_for()
    checked("under way")
    acts.let.set()
    page.locator(f"{DONE} .actions").wait_for()
    model.act = says(*TOLD)
    page.locator("button.again").click()
    page.locator(".versions").wait_for()
    page.locator(".chat-head summary").click()
    checked("answered, with its menu open")
    page.get_by_role("link", name="Delete", exact=True).click()
    page.locator("#ask-first .confirm").wait_for()
    checked("asked first")
    page.keyboard.press("Escape")
    page.locator("a[data-edit]").click()
    checked("changed")
    page.locator(".edit [data-cancel]").click()
    page.locator("[data-help]").click()
    checked("keys")
    known = conversation(page)
    answer = page.locator(DONE).last.get_attribute("id")
    for path in (f"/c/{known}/edit/{answer}", f"/c/{known}/rename", f"/c/{known}/delete", "/conversations"):
        page.goto(path)
        checked(path)
    page.goto("/conversations?q=zebra")
    checked("nothing found")
    assert {state: wrong for state, wrong in found.items() if wrong} == {}
