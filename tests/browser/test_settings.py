"""The settings pages, as an administrator walks through them: in light, dark, on a phone, and from right to left."""

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from ingest.sources.register import Kind, Options
from rag.settings import Settings
from tests.browser.barriers import barriers
from tests.browser.looks import LOOKS, turned
from tests.browser.patience import SECONDS, expect, window
from tests.browser.serving import served
from tests.browser.test_browser import upload
from tests.completions import Server, says
from tests.fakes import FakeEmbedder
from web.wiring import open_services

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATHS = [
    "", "/models", "/voice", "/voice?collection=default", "/sources", "/storage", "/storage/rebuild", "/backup",
    "/doctor", "/doctor/repair", "/people",
]  # fmt: skip
QUESTION = "How long does the warranty on a pump last?"
FAILED = "<img src=x onerror=alert(1)> is damaged"


@pytest.fixture(scope="module")
def model() -> Iterator[Server]:
    opened = Server()
    opened.act = says("The warranty on every pump lasts thirty-six months from delivery [1].")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, model: Server) -> Path:
    """Where the server is started: its file of settings says what writes."""
    made = tmp_path_factory.mktemp("started")
    (made / "footnote.toml").write_text(f'generator = "{model.address}"\n')
    return made


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with a source that had trouble."""
    made = tmp_path_factory.mktemp("settings")
    opened = open_services(
        Settings(home=made, database_url=f"sqlite:///{made / 'footnote.db'}"), FakeEmbedder()
    )
    source = opened.register.add("handbook", Kind.FOLDER, "/srv/handbook", "default", Options())
    failure = {"source": FAILED, "stage": "reading", "reason": FAILED}
    opened.register.record(source, {"added": 2, "failed": [failure]})
    opened.close()
    return made


@pytest.fixture(scope="module")
def address(home: Path, folder: Path) -> Iterator[str]:
    with served(home, folder=folder) as found:
        yield found


@pytest.fixture(scope="module", autouse=True)
def document(address: str, browser: Any, warranty: Path) -> None:
    """There is one, and it was read."""
    context = window(browser, address)
    page = context.new_page()
    page.goto("/documents")
    upload(page, warranty)
    context.close()


@pytest.fixture
def looked(visit: Any) -> Callable[..., Any]:
    """Opens a page in one of the looks."""

    def opened(path: str, look: str = "light", **options: Any) -> Any:
        return turned(visit(f"/settings{path}", bypass_csp=True, **LOOKS[look], **options), look)

    return opened


def sound(page: Any) -> None:
    """Nobody is kept out, and nothing is wider than its window."""
    page.wait_for_load_state()
    assert barriers(page) == []
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("(main => main.scrollWidth <= main.clientWidth)(document.querySelector('main'))")


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_keeps_nobody_out_and_fits_its_window(looked: Any, look: str) -> None:
    page = looked("", look)
    for path in PATHS:
        page.goto(f"/settings{path}")
        turned(page, look)
        sound(page)


@pytest.mark.parametrize("look", LOOKS)
def test_the_doctor_looks_on_demand(looked: Any, look: str) -> None:
    page = looked("/doctor", look)
    with page.expect_navigation():
        page.locator("#settings button", has_text="Look").click()
    page.locator(".notice.done", has_text="All was well on").wait_for()
    turned(page, look)
    assert page.locator(".checks .well").count() == page.locator(".checks > li").count() >= 6
    sound(page)


@pytest.mark.parametrize("look", LOOKS)
def test_what_is_wrong_is_found_and_repaired_after_a_question(looked: Any, home: Path, look: str) -> None:
    stray = home / "originals" / "ff" / ("f" * 64)
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("left behind")
    page = looked("/doctor", look)
    page.locator("#settings button", has_text="Look").click()
    page.locator(".wrong", has_text="1 originals are kept that no document needs").wait_for()
    sound(page)
    page.click("text=Repair …")
    page.locator("h1", has_text="Repair what can be made again?").wait_for()
    assert stray.exists()
    page.locator(".asks button", has_text="Repair").click()
    page.locator(".notice.done").wait_for()
    assert not stray.exists()


@pytest.mark.parametrize("look", LOOKS)
def test_a_backup_is_made_downloaded_and_removed(looked: Any, look: str) -> None:
    page = looked("/backup", look)
    before = page.locator(".backups li").count()
    page.click("text=Back up now")
    page.locator(".card", has_text="The latest was made on").wait_for()
    expect(page.locator(".backups li")).to_have_count(before + 1)
    sound(page)
    with page.expect_download() as waiting:
        page.locator(".backups a[download]").first.click()
    name = waiting.value.suggested_filename
    assert re.fullmatch(r"footnote-[\d-]+\.tar", name)
    assert b"manifest.json" in Path(waiting.value.path()).read_bytes()
    page.locator(".backups li", has_text=name).locator("text=Remove").click()
    page.locator("h1", has_text="Remove this backup?").wait_for()
    sound(page)
    with page.expect_navigation():
        page.locator(".asks button").click()
    page.locator(".card").wait_for()
    expect(page.locator(".backups li", has_text=name)).to_have_count(0)


@pytest.mark.parametrize("look", LOOKS)
def test_a_voice_is_tried_before_it_is_saved(looked: Any, model: Server, look: str) -> None:
    page = looked("/voice?collection=default", look)
    assert page.input_value("#voice") == ""
    page.fill("#voice", f"Speak as one of the workshop: {look}.")
    page.fill("#asked", QUESTION)
    page.locator("button", has_text="Preview").click()
    page.locator(".previewed", has_text="thirty-six months").wait_for()
    page.wait_for_load_state()
    assert "Written by small-model." in page.locator(".previewed").inner_text()
    assert model.asked[-1]["messages"][0]["content"].endswith(f"Speak as one of the workshop: {look}.")
    assert page.input_value("#voice") == f"Speak as one of the workshop: {look}."
    sound(page)
    again = looked("/voice?collection=default", look)
    assert again.input_value("#voice") == "", "nothing was saved"
    page.locator("button", has_text="Save").click()
    page.locator(".notice.done", has_text="Saved.").wait_for()
    sound(page)
    page.fill("#voice", "")
    with page.expect_navigation():
        page.locator("button", has_text="Save").click()
    expect(page.locator(".shelves .mark")).to_have_count(0)


def test_a_general_voice_is_written_into_the_file(looked: Any, folder: Path) -> None:
    page = looked("/voice")
    page.fill("#voice", "Be brief.")
    page.locator("button", has_text="Save").click()
    page.locator(".notice.done").wait_for()
    assert tomllib.loads((folder / "footnote.toml").read_text())["voice"] == "Be brief."
    page.goto("/settings")
    assert "A general voice is set." in page.locator(".glances").last.inner_text()


def test_models_are_tried_while_the_page_watches(looked: Any, model: Server) -> None:
    page, go = looked("/models"), Event()
    usual = model.act

    def slow(to: Any) -> None:
        go.wait(SECONDS)
        says("I am ready.")(to)

    model.act = slow
    try:
        page.click("text=Check them")
        page.locator(".working", has_text="The models are being tried.").wait_for()
        sound(page)
        other = looked("")
        assert other.locator("h1").inner_text() == "Settings", "everything else answers"
        page.evaluate("window.stayed = true")
        details = page.locator("#settings details").first
        details.locator("summary").click()
        page.fill("#address", "http://half.a.wo")
        go.set()
        page.locator("q", has_text="I am ready.").wait_for()
        assert page.input_value("#address") == "http://half.a.wo", "what is being written stays"
        expect(page.locator("#address")).to_be_focused()
        assert details.evaluate("details => details.open"), "and so does what was opened"
        assert page.evaluate("window.stayed"), "without loading the page again"
        expect(page.locator("#settings-told")).to_have_text("Done.")
        sound(page)
    finally:
        go.set()
        model.act = usual


@pytest.mark.parametrize("look", LOOKS)
def test_what_writes_is_chosen_for_the_next_start(
    looked: Any, folder: Path, model: Server, look: str
) -> None:
    page = looked("/models", look)
    page.locator("button[aria-label='Use Quotes']").click()
    page.locator(".notice.warning", has_text="From the next start of the server on: quotes").wait_for()
    assert tomllib.loads((folder / "footnote.toml").read_text())["generator"] == "quotes"
    sound(page)
    page.fill("#address", "nobody at all")
    page.click("text=Use this server")
    page.locator(".notice.failure", has_text="There is no model").wait_for()
    sound(page)
    page.fill("#address", model.address)
    with page.expect_navigation():
        page.click("text=Use this server")
    expect(page.locator(".notice.warning")).to_have_count(0)
    assert tomllib.loads((folder / "footnote.toml").read_text())["generator"] == model.address


def test_the_line_for_cron_is_copied(looked: Any, home: Path) -> None:
    page = looked("/sources", permissions=["clipboard-read", "clipboard-write"])
    page.clock.install()
    page.reload()
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)  # it says so until it is looked for
    first = page.locator(".command").first
    first.locator("button").click()
    first.locator("button", has_text="Copied").wait_for()
    first.locator("button").click()
    page.evaluate("navigator.clipboard.readText()")
    page.clock.run_for(10_000)
    assert first.locator("button").inner_text() == "Copy", "once more, although it was pressed twice"
    page.clock.resume()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == first.locator("code").text_content()
    assert f"FOOTNOTE_HOME={home.resolve()}" in copied
    page.locator("summary", has_text="One that failed").click()
    assert FAILED in page.locator(".failures").inner_text()
    sound(page)


def test_the_keyboard_is_enough(looked: Any) -> None:
    page = looked("/doctor")
    page.locator(".tabs a").first.focus()
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("h1", has_text="Storage and index").wait_for()
    page.locator("text=Rebuild the indexes …").focus()
    page.keyboard.press("Enter")
    page.locator("h1", has_text="Rebuild the indexes?").wait_for()
    page.keyboard.press("Tab")
    page.locator(".asks button").focus()
    page.keyboard.press("Enter")
    page.locator(".notice.done", has_text="The indexes were rebuilt on").wait_for()
    sound(page)


def test_everything_works_without_scripts(visit: Any) -> None:
    page = visit("/settings/doctor", java_script_enabled=False)
    page.locator("#settings button", has_text="Look").click()
    page.locator(".notice.done").wait_for()
    page.click("text=Backup")
    page.click("text=Back up now")
    page.locator(".card", has_text="The latest was made on").wait_for()
    page.goto("/settings/voice")
    page.fill("#asked", QUESTION)
    page.locator("button", has_text="Preview").click()
    page.locator(".previewed", has_text="thirty-six months").wait_for()
    page.wait_for_load_state()
    assert page.locator(".copy").count() == 0
    page.goto("/settings/sources")
    assert page.locator(".copy").first.is_hidden(), "nothing is offered that would do nothing"


def test_the_tab_in_use_is_in_sight_on_a_phone(looked: Any) -> None:
    page = looked("/people", "phone")
    box = page.locator(".tabs [aria-current]").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_targets_are_large_enough(looked: Any) -> None:
    for path in PATHS:
        page = looked(path, "phone")
        small = page.evaluate(
            """[...document.querySelectorAll('.settings :is(button, summary, nav a, input)')]
               .filter(each => each.checkVisibility() && each.type !== 'hidden'
                       && Math.min(each.getBoundingClientRect().width, each.getBoundingClientRect().height) < 24)
               .map(each => each.outerHTML)"""
        )
        assert small == [], path
