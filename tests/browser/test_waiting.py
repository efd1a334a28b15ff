"""A browser that is told to come again with its file."""

from typing import Any

import pytest

from tests.browser.test_browser import NOTE, upload

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_file_that_is_told_to_wait_is_sent_again_and_taken(visit: Any) -> None:
    page = visit("/documents")
    answers = iter(({"status": 429, "headers": {"Retry-After": "1"}}, {"status": 429}))

    def crowded(route: Any) -> None:
        answer = next(answers, None) if route.request.method == "POST" else None
        route.fulfill(**answer) if answer else route.continue_()

    page.route("**/documents", crowded)
    page.set_input_files(
        "input[type=file]", [{"name": "queue.txt", "mimeType": "text/plain", "buffer": b"The queue is long."}]
    )
    row = page.locator("#uploads li", has_text="queue.txt")
    row.locator(".upload-state", has_text="Waiting until others have been read").wait_for()
    page.locator("tr", has_text="queue.txt").wait_for()
    row.wait_for(state="detached")
    assert next(answers, None) is None
    assert [said for said in visit.wrong if "429" not in said] == []
    visit.wrong.clear()


LINGERING = """
const fetched = window.fetch;
window.fetch = async (address, options) => {
  const response = await fetched(address, options);
  if (!String(address).endsWith("/ask")) return response;
  const reader = response.body.getReader();
  const pull = async (to) => {
    const { done, value } = await reader.read();
    if (done) await new Promise(() => {});
    to.enqueue(value);
  };
  return new Response(new ReadableStream({ pull }), response);
};
"""


def test_the_next_question_need_not_wait_for_the_connection_of_the_last_to_close(visit: Any) -> None:
    page = visit("/documents")
    upload(page, NOTE)
    page.add_init_script(LINGERING)
    page.goto("/")
    for count in (1, 2):
        page.fill("#question", "How long may a connection linger?")
        page.keyboard.press("Enter")
        page.locator(".turn:not(.pending)").nth(count - 1).wait_for()
