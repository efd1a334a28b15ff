import io

import pytest
from starlette.testclient import TestClient

from rag.types import Status
from tests.unit.web.conftest import Add, ParserHere
from tests.unit.web.markup import links, tags, text
from tests.unit.web.test_receipts import GIVING_ORDERS, SCREENED
from web.uploads import file_name, place_name
from web.wiring import Services


def upload(client: TestClient, token: str, *files: tuple[str, bytes], **fields: str) -> str:
    sent = client.post(
        "/documents", data={"csrf": token, **fields}, files=[("files", file) for file in files]
    )
    assert sent.status_code == 200, sent.text
    return sent.text


def batch(html: str) -> str:
    """The line that tells how far a batch has come."""
    return text(html.partition('<p class="batch">')[2].partition("</p>")[0])


def rows(html: str) -> list[str]:
    return [a["id"].removeprefix("d-") for tag, a in tags(html) if tag == "tr" and "id" in a]


def test_several_files_come_in_at_once(client: TestClient, services: Services, token: str) -> None:
    page = upload(client, token, ("a.txt", b"One."), ("b.md", b"# Two"), collection="letters")
    assert {d.source for d in services.store.documents(collection="letters")} == {"a.txt", "b.md"}
    assert text(page).count("Taken in") == 2
    assert len(rows(page)) == 2


def test_a_file_that_is_refused_keeps_no_other_out(
    client: TestClient, services: Services, token: str
) -> None:
    page = upload(client, token, ("big.txt", b"x" * (1024 * 1024 + 1)), ("small.txt", b"Small."))
    assert [d.source for d in services.store.documents()] == ["small.txt"]
    assert "larger than 1 MiB" in text(page)


def test_no_file_at_all_is_said_to_be_none(client: TestClient, token: str) -> None:
    assert client.post("/documents", data={"csrf": token}).status_code == 422
    assert client.post("/documents", data={"csrf": token}, files={"files": ("", b"")}).status_code == 422


def test_the_same_file_again_is_told_to_be_here(client: TestClient, services: Services, token: str) -> None:
    upload(client, token, ("a.txt", b"One."))
    list(services.worker.drain())
    assert "Already here, unchanged" in text(upload(client, token, ("a.txt", b"One.")))
    assert "Taken in as a new version" in text(upload(client, token, ("a.txt", b"Two.")))
    assert len(services.store.documents()) == 1


def test_each_upload_leads_to_its_receipt_and_a_copy_to_that_of_its_twin(
    client: TestClient, services: Services, token: str
) -> None:
    page = upload(client, token, ("a.txt", b"One."))
    (document,) = services.store.documents()
    assert links(page, "upload-name") == [f"/documents/{document.id}"]
    for name in ("while-it-waits.txt", "when-it-is-read.txt"):
        page = upload(client, token, (name, b"One."))
        assert "Already here as a.txt" in text(page)
        assert links(page, "upload-name") == [f"/documents/{document.id}"]
        list(services.worker.drain())


def test_the_list_follows_a_document_from_waiting_to_ready(
    client: TestClient, services: Services, token: str
) -> None:
    assert "Waiting" in text(upload(client, token, ("a.txt", b"One.")))
    job = services.jobs.claim("me")
    assert job is not None
    services.jobs.enter([job], "embedding")
    page = client.get("/documents").text
    assert "Indexing" in text(page)
    assert 'data-busy="1"' in page
    services.jobs.release("me")
    list(services.worker.drain())
    page = client.get("/documents").text
    assert "Ready" in text(page)
    assert 'data-busy="0"' in page


def test_a_document_that_cannot_be_read_shows_why(client: TestClient, services: Services, add: Add) -> None:
    document = add("broken.pdf", b"%PDF-1.7 nothing more")
    assert document.status is Status.FAILED
    page = text(client.get("/documents").text)
    assert "Failed" in page
    assert document.reason
    assert " ".join(document.reason.split()) in page


def test_the_filter_takes_words_of_title_name_and_collection(client: TestClient, add: Add) -> None:
    leave = add("leave.txt", "Leave.", collection="people")
    pumps = add("pumps.txt", "Pumps.", collection="products")
    assert rows(client.get("/documents?q=LEAVE peop").text) == [leave.id]
    assert rows(client.get("/documents?q=products").text) == [pumps.id]
    assert rows(client.get("/documents?q=nothing").text) == []
    assert "No document has these words" in text(client.get("/documents?q=nothing").text)


def test_the_list_can_be_narrowed_to_a_state(
    client: TestClient, services: Services, parser: ParserHere, add: Add
) -> None:
    parser.planned |= {"held.txt": GIVING_ORDERS, "partial.pdf": SCREENED}
    known = {name: add(name, f"{name}.").id for name in ("held.txt", "partial.pdf", "ready.txt")}
    known["failed.pdf"] = add("failed.pdf", b"%PDF-1.7 nothing").id
    known["busy.txt"] = services.intake.receive(io.BytesIO(b"x"), name="busy.txt").document.id
    page = client.get("/documents").text
    states = ("ready", "partial", "held", "failed", "busy")
    assert all(f"state={state}" in page for state in states)
    assert "Failed 1" in text(page)
    for state in states:
        (row,) = rows(client.get(f"/documents?state={state}").text)
        assert known[next(name for name in known if name.startswith(state))] == row
    assert rows(client.get("/documents?state=held&q=partial").text) == []
    assert rows(client.get("/documents?state=none").text) == []


def test_a_row_tells_what_its_receipt_found(client: TestClient, parser: ParserHere, add: Add) -> None:
    parser.planned |= {"held.txt": GIVING_ORDERS, "partial.pdf": SCREENED}
    document = add("partial.pdf", "x")
    add("held.txt", "y")
    page = client.get("/documents").text
    assert "1 page unreadable · 1 page by OCR · 1,204 hidden characters left out" in text(page)
    assert "held: looks like instructions" in text(page)
    assert f"/documents/{document.id}" in links(page, "pill")


def test_a_batch_tells_how_far_it_has_come(client: TestClient, services: Services, add: Add) -> None:
    add("before.txt", "Before.")
    since = services.clock.now().timestamp()
    assert "done" not in batch(client.get(f"/documents?since={since}").text)
    add("ready.txt", "Ready.")
    add("failed.pdf", b"%PDF-1.7 nothing")
    services.intake.receive(io.BytesIO(b"x"), name="busy.txt")
    told = batch(client.get(f"/documents?since={since}&coming=3").text)
    assert told.startswith("2 of 6 done · 1 failed · ")
    assert " left" in told


@pytest.mark.parametrize("since", ["x", "-1", "1e300", "inf", "nan"])
def test_a_moment_that_is_none_is_refused(client: TestClient, since: str) -> None:
    assert client.get(f"/documents?since={since}").status_code == 422


def test_a_long_list_comes_in_pages(client: TestClient, services: Services) -> None:
    for n in range(101):
        services.intake.receive(io.BytesIO(str(n).encode()), name=f"{n}.txt")
    first, second = client.get("/documents").text, client.get("/documents?page=2").text
    assert len(rows(first)) == 100
    assert len(rows(second)) == 1
    assert not set(rows(first)) & set(rows(second))
    assert rows(client.get("/documents?page=99").text) == rows(second)


def test_a_document_is_deleted_after_a_question(
    client: TestClient, services: Services, add: Add, token: str
) -> None:
    document = add("leave.txt", "Leave.")
    asked = client.get(f"/documents/{document.id}/delete")
    assert "undo that" in text(asked.text)
    assert services.store.documents() == [document]
    assert client.post(f"/documents/{document.id}/delete", data={"csrf": token}).status_code == 303
    assert services.store.documents() == []
    assert client.post(f"/documents/{document.id}/delete", data={"csrf": token}).status_code == 404
    assert "1 document deleted." in text(client.get("/documents").text)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("leave.pdf", "leave.pdf"),
        ("C:\\temp\\leave.pdf", "leave.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a/", "a"),
        ("\0x", "x"),
    ],
)
def test_of_a_path_only_the_files_own_name_is_kept(raw: str, name: str) -> None:
    assert file_name(raw) == name


def test_a_name_of_nothing_readable_is_refused_with_its_reason(
    client: TestClient, services: Services, token: str
) -> None:
    page = upload(client, token, ("\ue000", b"text"))
    assert "Rename the file" in text(page)
    assert services.store.documents() == []


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("folder/sub/leave.pdf", "folder/sub/leave.pdf"),
        ("folder\\sub\\leave.pdf", "folder/sub/leave.pdf"),
        ("/../../etc/./passwd", "etc/passwd"),
        ("a//b/ /c", "a/b/c"),
        ("../..", ""),
        ("\0x", "x"),
    ],
)
def test_a_file_of_a_folder_keeps_its_path_below_it_and_no_more(raw: str, name: str) -> None:
    assert place_name(raw) == name


def test_files_of_a_folder_lie_where_they_lay_in_it(
    client: TestClient, services: Services, token: str
) -> None:
    for folder in ("one", "two"):
        page = upload(client, token, ("a.txt", folder.encode()), path=f"{folder}/a.txt", brief="1")
        assert text(page).split() == [f"{folder}/a.txt", "Taken", "in"]
    assert {d.source for d in services.store.documents()} == {"one/a.txt", "two/a.txt"}
    assert {d.title for d in services.store.documents()} == {"a.txt"}


def test_whoever_sends_many_files_is_told_of_each_and_of_nothing_else(
    client: TestClient, services: Services, token: str
) -> None:
    page = upload(client, token, ("a.txt", b"One."), brief="1")
    assert [a["class"] for tag, a in tags(page) if tag == "li"] == ["done"]
    assert 'data-arrival="added"' in page
    list(services.worker.drain())
    page = upload(client, token, ("a.txt", b"One."), brief="1")
    assert 'data-arrival="unchanged"' in page
    page = upload(client, token, ("\ue000", b"text"), brief="1")
    assert "Rename the file" in text(page)
