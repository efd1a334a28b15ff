"""The library as people use it: files and folders come in, many documents are dealt with at once, and undone."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.barriers import barriers
from tests.browser.late import LOOK_AGAIN_MS, Late
from tests.browser.looks import LOOKS, turned
from tests.browser.patience import expect
from tests.browser.serving import served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATHS = ("/documents", "/documents/sources", "/documents/collections")


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of these tests alone: they count what is in the list."""
    with served(tmp_path_factory.mktemp("library")) as found:
        yield found


@pytest.fixture(params=list(LOOKS))
def look(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def opened(visit: Any, look: str, path: str = "/documents") -> Any:
    return turned(visit(path, **LOOKS[look]), look)


def text_file(name: str, content: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "text/plain", "buffer": content.encode()}


def send(page: Any, *files: Any) -> None:
    """Hand files in and wait until they are all there and read."""
    page.set_input_files("input[name=files]", list(files))
    page.locator("#sending [data-close]:visible").wait_for()
    for file in files:
        page.locator("tr", has_text=file["name"]).locator(".pill.ready").first.wait_for()


def narrow(page: Any, words: str) -> None:
    page.fill("#filter", words)
    page.wait_for_url(re.compile(f"q={words}"))
    page.locator("#library:not([aria-busy])").wait_for()


def at_rest(page: Any) -> None:
    """Wait until nothing is being read any more of what other tests have sent."""
    page.locator("#library[data-busy='0']").wait_for()


def rows(page: Any) -> Any:
    return page.locator("#library tbody tr")


def no_wider_than_its_window(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_documents_are_chosen_deleted_and_brought_back(visit: Any, look: str) -> None:
    page = opened(visit, look)
    word = f"undo{list(LOOKS).index(look)}"
    send(page, *(text_file(f"{word}-{n}.txt", f"{word} number {n}") for n in range(3)))
    narrow(page, word)
    rows(page).nth(2).wait_for()
    rows(page).nth(0).locator(".tick input").check()
    rows(page).nth(1).locator(".tick input").check()
    bar = page.locator("#bulk")
    assert "2 documents chosen" in bar.inner_text()
    no_wider_than_its_window(page)
    bar.locator("button[value=delete]").click()
    undo = page.locator(".undo", has_text="2 documents deleted.").first
    undo.wait_for()
    expect(rows(page)).to_have_count(1)
    assert bar.is_hidden()
    expect(page.locator("#notices")).to_be_focused()
    no_wider_than_its_window(page)
    undo.locator("button").click()
    page.locator("#notices", has_text="2 documents are back, as they were.").wait_for()
    rows(page).nth(2).wait_for()
    rows(page).nth(2).locator(".pill.ready").wait_for()


def test_what_is_deleted_in_one_tab_can_be_brought_back_in_another(visit: Any) -> None:
    one = visit("/documents")
    send(one, text_file("two-tabs.txt", "seen in two tabs"))
    other = one.context.new_page()
    other.goto("/documents?q=two-tabs")
    one.reload()
    row = one.locator("tr", has_text="two-tabs.txt")
    row.locator("[data-confirm]").click()
    one.locator("dialog .danger").click()
    one.locator(".undo").first.wait_for()
    row.wait_for(state="detached")
    undo = other.locator(".undo").first
    undo.wait_for()
    other.locator("tr", has_text="two-tabs.txt").wait_for(state="detached")
    undo.locator("button").click()
    other.locator("tr", has_text="two-tabs.txt").wait_for()
    row.wait_for()


def test_a_list_that_comes_late_does_not_take_the_place_of_a_newer_one(visit: Any) -> None:
    page = visit("/documents")
    send(page, text_file("late.txt", "it is deleted"), text_file("later.txt", "it stays"))
    late = Late(page, "q=late")
    page.fill("#filter", "late")
    late.asked()
    page.locator("tr", has_text="late.txt").locator(".tick input").check()
    page.locator("#bulk button[value=delete]").click()
    expect(rows(page)).to_have_count(1)
    late.come()
    assert rows(page).count() == 1
    assert "later.txt" in rows(page).inner_text()


def test_the_question_before_deleting_is_of_the_document_that_was_pressed_last(visit: Any) -> None:
    page = visit("/documents")
    send(page, text_file("one.txt", "number one"), text_file("other.txt", "number two"))
    late = Late(page, "/delete$")
    page.locator("tr", has_text="one.txt").locator("[data-confirm]").click()
    late.asked()
    page.locator("tr", has_text="other.txt").locator("[data-confirm]").click()
    page.locator("dialog[open]", has_text="other").wait_for()
    late.come()
    assert "other" in page.locator("dialog[open]").inner_text()


@pytest.mark.parametrize("path", ["/documents", "/documents/sources"])
def test_a_server_that_is_slow_is_not_asked_again_before_it_has_answered(visit: Any, path: str) -> None:
    page = visit("/documents/collections")
    page.clock.install()
    page.goto(path)
    asked: list[Any] = []

    def hold(route: Any) -> None:
        asked.append(route)

    page.route(re.compile(re.escape(path)), hold)
    page.clock.run_for(60_000)
    while not asked:
        page.wait_for_timeout(LOOK_AGAIN_MS)
    page.evaluate("fetch('/healthz').then(answer => answer.text())")
    assert len(asked) == 1
    asked.pop().continue_()
    page.unroute_all()


def test_all_that_match_are_moved_to_another_collection_and_read_again(visit: Any, look: str) -> None:
    page = opened(visit, look)
    word = f"move{list(LOOKS).index(look)}"
    send(page, *(text_file(f"{word}-{n}.txt", f"{word} number {n}") for n in range(2)))
    narrow(page, word)
    rows(page).nth(1).wait_for()
    page.locator("#all-here").check(force=True) if look != "phone" else [
        rows(page).nth(n).locator(".tick input").check() for n in range(2)
    ]
    page.fill("#move-to", f"shelf {look}")
    page.locator("#bulk button[value=move]").click()
    page.locator("#notices", has_text="2 documents moved.").wait_for()
    page.locator("#library tbody td", has_text=f"shelf {look}").nth(1).wait_for()
    rows(page).nth(0).locator(".tick input").check()
    page.locator("#bulk button[value=reread]").click()
    page.locator("#notices", has_text="1 document will be read again.").wait_for()
    expect(page.locator("#library .pill.ready")).to_have_count(2)


def test_nothing_is_done_where_no_collection_is_named_and_what_was_chosen_stays_chosen(visit: Any) -> None:
    page = visit("/documents")
    send(page, text_file("stays.txt", "it stays where it is"))
    narrow(page, "stays")
    rows(page).nth(0).locator(".tick input").check()
    page.locator("#bulk button[value=move]").click()
    page.locator("#notices .failure", has_text="Name the collection").wait_for()
    assert rows(page).nth(0).locator(".tick input").is_checked()
    assert [said for said in visit.wrong if "422" in said] == visit.wrong
    visit.wrong.clear()  # the browser logs the one refusal


def test_many_are_deleted_and_brought_back_without_scripts(visit: Any) -> None:
    page = visit("/documents", java_script_enabled=False)
    page.set_input_files("input[name=files]", [text_file(f"plain-{n}.txt", f"plain {n}") for n in range(2)])
    page.click("text=Upload")
    page.locator("#uploads li.done").nth(1).wait_for()
    page.goto("/documents?q=plain-")
    for n in range(2):
        rows(page).nth(n).locator(".tick input").check()
    with page.expect_navigation():
        page.click("#bulk button[value=delete]")
    assert rows(page).count() == 0
    page.locator(".undo", has_text="2 documents deleted.").first.locator("button").click()
    page.locator("#notices", has_text="2 documents are back").wait_for()
    expect(rows(page)).to_have_count(2)


def test_a_whole_folder_is_chosen_and_its_files_lie_where_they_lay(
    visit: Any, look: str, tmp_path: Path
) -> None:
    word = f"folder{list(LOOKS).index(look)}"
    for place in ("a.txt", "sub/a.txt", "sub/deep/b.txt", ".hidden/c.txt", "sub/.d.txt", "sub/Thumbs.db"):
        path = tmp_path / word / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{word} {place}")
    page = opened(visit, look)
    with page.expect_file_chooser() as chooser:
        page.click("#choose-folder")
    chooser.value.set_files(tmp_path / word)
    page.locator("#sending", has_text="3 files taken in").wait_for()
    narrow(page, word)
    for place in ("a.txt", "sub/a.txt", "sub/deep/b.txt"):
        page.locator("#library .where", has_text=f"{word}/{place}").wait_for()
    assert rows(page).count() == 3
    no_wider_than_its_window(page)


def test_what_is_here_already_is_told_so_and_taken_in_once(visit: Any) -> None:
    page = visit("/documents")
    send(page, text_file("twice.txt", "sent twice"))
    page.reload()
    page.set_input_files(
        "input[name=files]", [text_file("twice.txt", "sent twice"), text_file("else.txt", "sent once")]
    )
    page.locator("#sending", has_text="1 file taken in · 1 already here").wait_for()
    page.locator("#uploads", has_text="Already here, unchanged").wait_for()


def test_an_upload_waits_for_the_connection_and_goes_on_by_itself(visit: Any, look: str) -> None:
    page = opened(visit, look)
    word = f"offline{list(LOOKS).index(look)}"
    page.context.set_offline(True)
    page.set_input_files(
        "input[name=files]", [text_file(f"{word}-{n}.txt", f"{word} number {n}") for n in range(3)]
    )
    page.locator("#uploads li", has_text="Waiting for the connection").wait_for()
    assert page.locator("#sending progress").is_visible()
    page.context.set_offline(False)
    page.locator("#sending", has_text="3 files taken in").wait_for()
    assert [said for said in visit.wrong if "ERR_INTERNET_DISCONNECTED" in said] == visit.wrong
    visit.wrong.clear()  # as the browser says it of each try


def test_sending_is_stopped_and_taken_up_again(visit: Any) -> None:
    page = visit("/documents")
    page.context.set_offline(True)
    page.set_input_files("input[name=files]", [text_file(f"stop-{n}.txt", f"stop {n}") for n in range(3)])
    page.locator("#uploads li", has_text="Waiting for the connection").wait_for()
    page.click("[data-stop]")
    page.locator("#sending", has_text="3 files not sent").wait_for()
    page.context.set_offline(False)
    page.click("[data-resend]")
    page.locator("#sending", has_text="3 files taken in").wait_for()
    page.click("[data-close]")
    assert page.locator("#sending").is_hidden()
    assert page.locator("#uploads li").count() == 0
    visit.wrong[:] = [said for said in visit.wrong if "ERR_INTERNET_DISCONNECTED" not in said]


def test_what_failed_is_told_with_its_reason_and_can_be_tried_again(visit: Any) -> None:
    page = visit("/documents")
    page.route(
        re.compile("/documents$"),
        lambda route: (
            route.fulfill(status=507, content_type="text/html", body='<p class="detail">No room is left.</p>')
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    page.set_input_files("input[name=files]", [text_file("again.txt", "tried again")])
    page.locator("#sending", has_text="1 failed").wait_for()
    page.locator("#uploads .refused", has_text="No room is left.").wait_for()
    page.unroute(re.compile("/documents$"))
    page.click("[data-resend]")
    page.locator("#sending", has_text="1 file taken in").wait_for()
    assert [said for said in visit.wrong if "507" in said] == visit.wrong
    visit.wrong.clear()


@pytest.mark.parametrize("look", ["light", "phone"])
def test_a_long_reason_takes_two_lines_of_the_list_and_stands_whole_on_the_receipt(
    visit: Any, look: str
) -> None:
    page = visit("/documents", **LOOKS[look])
    drawing = {"name": f"{look}.dwg", "mimeType": "image/vnd.dwg", "buffer": f"AC1027\0 {look}".encode()}
    page.set_input_files("input[name=files]", [drawing])
    row = rows(page).filter(has_text=f"{look}.dwg")
    reason = row.locator(".reason")
    reason.wait_for()
    line = reason.evaluate("it => parseFloat(getComputedStyle(it).lineHeight)")
    assert reason.bounding_box()["height"] <= 2 * line + 1
    row.locator(".pill").click()
    page.locator("#receipt .notice.failure", has_text="is of a kind that is not read").wait_for()


def test_of_many_files_the_next_are_listed_and_all_are_told_in_numbers(visit: Any) -> None:
    page = visit("/documents")
    page.context.set_offline(True)
    page.set_input_files("input[name=files]", [text_file(f"many-{n}.txt", f"many {n}") for n in range(70)])
    page.locator("#uploads li", has_text="Waiting for the connection").wait_for()
    assert page.locator("#uploads li").count() == 50
    assert "many-0.txt" in page.locator("#uploads li").first.inner_text()
    page.context.set_offline(False)
    page.locator("#sending", has_text="70 files taken in").wait_for()
    visit.wrong[:] = [said for said in visit.wrong if "ERR_INTERNET_DISCONNECTED" not in said]


def test_what_was_sent_is_watched_in_the_list_and_then_asked_about(visit: Any, look: str) -> None:
    page = opened(visit, look)
    word = f"watched{list(LOOKS).index(look)}"
    at_rest(page)
    send(page, *(text_file(f"{word}-{n}.txt", f"{word} number {n}") for n in range(3)))
    assert page.locator("#uploads li").count() == 0
    assert page.locator("#sending progress").is_hidden()
    first = rows(page).first
    first.wait_for()
    assert first.bounding_box()["y"] < page.viewport_size["height"], "it is read where it can be seen"
    page.locator(".batch", has_text="3 done").locator("a:visible").click()
    page.wait_for_url("**/")
    assert page.locator("#question").is_visible()


@pytest.mark.parametrize("kind", ["light", "phone"])
def test_a_long_title_leaves_the_menu_within_its_window(visit: Any, kind: str) -> None:
    page = visit("/documents", **LOOKS[kind])
    send(page, text_file("menu.txt", "something to ask about"))
    page.goto("/")
    page.fill("#question", "Which of the many things that were asked for at great length " * 3)
    page.keyboard.press("Enter")
    page.locator(".turn:not(.pending)").wait_for()
    page.goto("/documents")
    if kind == "phone":
        page.locator("#menu").check(force=True)
    item = page.locator("#conversations li").first
    item.hover()
    for part in (item, item.locator(".forget"), page.locator(".side-link").first):
        box = part.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= page.viewport_size["width"]
    assert item.locator(".forget").evaluate("it => getComputedStyle(it).borderStyle") == "none"


def test_leaving_while_files_are_sent_asks_first(visit: Any) -> None:
    page = visit("/documents")
    page.context.set_offline(True)
    page.set_input_files("input[name=files]", [text_file("leaving.txt", "do not go")])
    page.locator("#uploads li", has_text="Waiting for the connection").wait_for()
    page.locator("h1").click()  # a page that nobody has touched may not ask
    page.evaluate("window.asked = dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    page.context.set_offline(False)
    page.locator("#sending", has_text="1 file taken in").wait_for()
    assert page.evaluate("window.asked") is False
    assert page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true }))") is True
    visit.wrong[:] = [said for said in visit.wrong if "ERR_INTERNET_DISCONNECTED" not in said]


def test_a_list_that_cannot_be_brought_up_to_date_says_so_until_it_can(visit: Any) -> None:
    page = visit("/documents")
    send(page, text_file("kept.txt", "There is something to filter."))
    page.context.set_offline(True)
    page.fill("#filter", "nothing")
    page.locator("#list-away").wait_for()
    page.context.set_offline(False)
    page.locator("#list-away").wait_for(state="detached")
    page.locator(".nothing", has_text="No document has these words").wait_for()
    visit.wrong[:] = [said for said in visit.wrong if "ERR_INTERNET_DISCONNECTED" not in said]


def test_what_was_sent_quickly_stands_in_the_list_before_the_page_looks_again(visit: Any) -> None:
    page = opened(visit, "light")
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)  # no second passes, after which it would look
    page.set_input_files("input[name=files]", [text_file("quick.txt", "It is there at once.")])
    rows(page).filter(has_text="quick").first.wait_for()
    page.clock.resume()


def test_who_would_delete_while_the_server_is_away_is_told_so_and_can_once_it_is_back(visit: Any) -> None:
    page = opened(visit, "light")
    send(page, text_file("unreachable.txt", "It is deleted once the server is back."))
    delete = rows(page).filter(has_text="unreachable").first.locator("[data-confirm]")
    page.context.set_offline(True)
    delete.click()
    page.locator("#list-away").wait_for()
    page.context.set_offline(False)
    page.locator("#list-away").wait_for(state="detached")
    delete.click()
    page.locator("#confirm[open]", has_text="unreachable").wait_for()
    visit.wrong[:] = [said for said in visit.wrong if "ERR_INTERNET_DISCONNECTED" not in said]


def test_collections_are_made_renamed_and_deleted(visit: Any, look: str) -> None:
    page = opened(visit, look, "/documents/collections")
    name = f"Letters {look}"
    page.fill("form.card-form input[name=name]", name)
    page.click("form.card-form .primary")
    line = page.locator(".shelves li", has_text=name)
    line.locator("summary").click()
    line.locator("input[name=name]").fill(f"Bills {look}")
    line.locator(".primary").click()
    line = page.locator(".shelves li", has_text=f"Bills {look}")
    line.wait_for()
    page.wait_for_load_state()
    no_wider_than_its_window(page)
    with page.expect_navigation():
        line.locator("form[action$=delete] button").click()
    assert line.count() == 0


def test_a_source_that_must_not_be_fetched_is_refused_and_none_is_kept(visit: Any, look: str) -> None:
    page = opened(visit, look, "/documents/sources")
    page.fill("input[name=address]", "http://127.0.0.1:1/secret")
    page.click("#add .primary")
    assert "not on the public internet" in page.locator(".detail").inner_text()
    page.goto("/documents/sources")
    assert page.locator(".sources li").count() == 0
    visit.wrong[:] = [said for said in visit.wrong if "403" not in said and "422" not in said]


def test_hostile_names_of_files_and_collections_stay_texts(visit: Any) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    page = visit("/documents")
    page.fill("#upload input[name=collection]", evil)
    page.set_input_files("input[name=files]", [text_file(f"{evil}.txt", "harmless")])
    page.locator("#sending", has_text="1 file taken in").wait_for()
    page.locator("#library tr", has_text="onerror").first.locator(".tick input").check()
    page.locator("#bulk button[value=delete]").click()
    expect(page.locator("#notices")).to_be_focused()  # by then the first to be undone is this
    page.locator(".undo button").first.click()
    page.locator("#notices", has_text="is back").wait_for()
    for path in PATHS:
        page.goto(path)
        assert page.locator("main img, main script").count() == 0


@pytest.mark.parametrize("path", PATHS)
def test_nobody_is_kept_out(visit: Any, look: str, path: str) -> None:
    page = turned(visit(path, bypass_csp=True, **LOOKS[look]), look)
    if path == "/documents":
        send(page, text_file(f"axe {look}.txt", f"for {look}"))
        rows(page).nth(0).locator(".tick input").check()
        assert barriers(page) == []
        page.locator("#bulk button[value=delete]").click()
        expect(page.locator("#notices")).to_be_focused()
        page.locator(".undo").first.wait_for()
    assert barriers(page) == []


def test_the_list_is_worked_with_keys_alone(visit: Any) -> None:
    page = visit("/documents")
    send(page, text_file("keys.txt", "by keys"))
    narrow(page, "keys")
    page.locator("#all-here").focus()
    page.keyboard.press("Space")
    assert rows(page).nth(0).locator(".tick input").is_checked()
    page.locator("#bulk button[value=delete]").focus()
    page.keyboard.press("Enter")
    page.locator(".undo").first.wait_for()
    expect(page.locator("#notices")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.undo') !== null")
    page.keyboard.press("Enter")
    page.locator("#notices", has_text="1 document is back, as it was.").wait_for()
