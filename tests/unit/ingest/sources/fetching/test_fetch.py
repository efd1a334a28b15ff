import gzip
import socket
import zlib
from collections.abc import Iterator

import pytest

from ingest.sources.fetching.error import FetchError
from ingest.sources.fetching.fetch import USER_AGENT, Fetcher
from ingest.sources.fetching.fetched import Fetched, Freshness, Validators
from rag.errors import NotFound, TooLarge, UnreadableDocument
from tests.fixtures.web_site import (
    LOOPBACK,
    OPEN,
    Names,
    Reply,
    Site,
    Ticking,
    certificate,
    dripping,
    forever,
    redirect,
    reply,
    site,
    unless_known,
)

CAP = 1_000_000
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def here() -> Iterator[Site]:
    with site() as made:
        yield made


def get(here: Site, answer: Reply) -> Fetched:
    here.replies["/"] = answer
    return Fetcher(allow=OPEN, max_bytes=CAP).get(here.url())


def test_a_page_comes_with_what_its_server_says_of_it(here: Site) -> None:
    answer = reply(
        "Grüße", kind="Text/HTML; charset=utf-8", ETag='"1"', Last_Modified="then", X_Robots_Tag="NoIndex"
    )
    assert get(here, answer) == Fetched(
        url=here.url(),
        status=Freshness.FRESH,
        body="Grüße".encode(),
        content_type="text/html",
        validators=Validators('"1"', "then"),
        robots="noindex",
    )


def test_a_request_says_who_we_are_and_nothing_else(here: Site) -> None:
    get(here, reply("x"))
    assert here.requests[0].headers == {
        "host": f"{LOOPBACK}:{here.port}",
        "user-agent": USER_AGENT,
        "accept": "text/html,*/*;q=0.8",
        "accept-encoding": "gzip",
        "connection": "close",
    }


def test_a_page_that_is_known_need_not_come_again(here: Site) -> None:
    here.replies["/"] = unless_known('"1"', reply("new", ETag='"1"'))
    known = {here.url(): Validators('"1"', "then")}
    answer = Fetcher(allow=OPEN).get(here.url(), known)
    assert (answer.status, answer.body, answer.validators) == (Freshness.UNCHANGED, b"", known[here.url()])
    assert here.requests[0].headers["if-modified-since"] == "then"
    assert Fetcher(allow=OPEN).get(here.url(), {here.url(): Validators('"0"')}).body == b"new"


def test_a_redirect_asks_with_what_is_known_of_its_target(here: Site) -> None:
    here.replies["/"] = redirect("/now")
    here.replies["/now"] = unless_known('"2"', reply("new"))
    known = {here.url(): Validators('"1"'), here.url("/now"): Validators('"2"')}
    answer = Fetcher(allow=OPEN).get(here.url(), known)
    assert (answer.url, answer.status) == (here.url("/now"), Freshness.UNCHANGED)


def test_an_unchanged_that_was_not_asked_for_is_an_error(here: Site) -> None:
    with pytest.raises(UnreadableDocument, match="304 Not Modified"):
        get(here, reply(status="304 Not Modified"))


@pytest.mark.parametrize("packed", [gzip.compress(b"text"), zlib.compress(b"text")], ids=["gzip", "zlib"])
@pytest.mark.parametrize("name", ["gzip", "x-gzip", "GZIP", "deflate"])
def test_a_compressed_page_is_opened(packed: bytes, name: str, here: Site) -> None:
    assert get(here, reply(packed, Content_Encoding=name)).body == b"text"


def test_a_page_in_chunks_or_up_to_the_hanging_up_comes_whole(here: Site) -> None:
    assert get(here, CHUNKED + b"2\r\nte\r\n2\r\nxt\r\n0\r\n\r\n").body == b"text"
    assert get(here, HEAD + b"\r\ntext").body == b"text"


def test_a_body_that_is_not_wanted_is_not_read(here: Site) -> None:
    here.replies["/"] = forever(HEAD + b"Content-Type: video/mp4\r\n\r\n", b"0" * 1000)
    answer = Fetcher(allow=OPEN).get(here.url(), wanted=lambda kind: kind == "text/html")
    assert (answer.status, answer.body, answer.content_type) == (Freshness.UNWANTED, b"", "video/mp4")


@pytest.mark.parametrize(
    ("status", "error", "saying"),
    [
        ("404 Not Found", NotFound, "404 Not Found"),
        ("410 Gone", NotFound, "410 Gone"),
        ("401 Unauthorized", UnreadableDocument, "sends no passwords"),
        ("403 Forbidden", UnreadableDocument, "sends no passwords"),
        ("418 Teapot", UnreadableDocument, "no page"),
        ("204 No Content", UnreadableDocument, "no page"),
        ("206 Partial Content", UnreadableDocument, "no page"),
        ("302 Found", UnreadableDocument, "no page"),
        ("408 x", FetchError, "try again"),
        ("429 x", FetchError, "try again"),
        ("500 x", FetchError, "try again"),
        ("503 x", FetchError, "try again"),
        ("599 x", FetchError, "599"),
    ],
)
def test_a_status_is_an_error_of_its_kind(
    status: str, error: type[Exception], saying: str, here: Site
) -> None:
    with pytest.raises(error, match=saying) as raised:
        get(
            here,
            reply("an error page", status=status)
            if not status.startswith("204")
            else b"HTTP/1.1 204 x\r\n\r\n",
        )
    assert here.url() in str(raised.value)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("120", 120.0), ("0", 0.0), ("99999999999", 86_400.0), ("soon", 0.0), ("-5", 0.0), ("", 0.0),
        ("Thu, 01 Jan 2026 00:01:00 GMT", 60.0), ("Thu, 01 Jan 2015 00:01:00 GMT", 0.0),
        ("Thu, 01 Jan 2026 00:01:00 -0000", 60.0), ("Thu, 99 Jan 2026 00:01:00 GMT", 0.0),
    ],
)  # fmt: skip
def test_how_long_a_server_wants_to_be_left_alone_is_noted(asked: str, seconds: float, here: Site) -> None:
    here.replies["/"] = reply(status="503 x", Retry_After=asked)
    with pytest.raises(FetchError) as raised:
        Fetcher(allow=OPEN, clock=Ticking()).get(here.url())
    assert raised.value.wait == seconds


def bomb() -> bytes:
    return gzip.compress(b"0" * 200_000_000, 9)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (forever(HEAD + b"\r\n", b"0" * 65_536), TooLarge),
        (forever(CHUNKED, b"10\r\n0123456789abcdef\r\n"), TooLarge),
        (forever(CHUNKED, b"1;" + b"x" * 60_000 + b"\r\n0\r\n"), FetchError),
        (forever(CHUNKED + b"0\r\n", b"X: " + b"x" * 60_000 + b"\r\n"), FetchError),
        (forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000), FetchError),
        (forever(HEAD, b"X: " + b"x" * 60_000 + b"\r\n"), FetchError),
        (forever(HEAD + b"X: ", b"x" * 60_000), FetchError),
        (HEAD + b"X: x\r\n" * 5000 + b"\r\n", FetchError),
        (lambda request, connection: reply(bomb(), Content_Encoding="gzip"), TooLarge),
        (reply(b"0" * (CAP + 1)), TooLarge),
        (reply(b"x" * 1000, Content_Length="2000"), FetchError),
        (reply(b"<p>all of it</p>", Content_Length="5"), FetchError),
        (reply(b"x", Content_Length="1, 2"), FetchError),
        (reply(b"x", Content_Length="-1"), FetchError),
        (CHUNKED + b"5\r\nhal", FetchError),
        (CHUNKED + b"zz\r\n", FetchError),
        (reply(gzip.compress(b"text" * 999)[:-20], Content_Encoding="gzip"), FetchError),
        (reply(b"text", Content_Encoding="gzip"), FetchError),
        (reply(b"text", Content_Encoding="br"), FetchError),
        (reply(b"text", Content_Encoding="gzip, gzip"), FetchError),
        (b"", FetchError),
        (b"SSH-2.0-server\r\n", FetchError),
        (b"HTTP/1.1 20", FetchError),
    ],
    ids=[
        "endless", "endless chunks", "endless chunk extension", "endless trailers", "endless interim answers",
        "endless headers", "endless header", "many headers", "gzip bomb", "longer than the cap", "cut short",
        "longer than announced", "two lengths", "negative length", "cut chunk", "no chunk", "cut gzip", "no gzip",
        "brotli", "gzip twice", "nothing", "no web server", "cut head",
    ],
)  # fmt: skip
def test_an_answer_that_is_not_sound_is_cut_off(answer: Reply, error: type[Exception], here: Site) -> None:
    with pytest.raises(error, match=r"was not read|could not be fetched"):
        get(here, answer)


def test_a_page_as_long_as_permitted_comes(here: Site) -> None:
    assert len(get(here, reply(b"0" * CAP)).body) == CAP


@pytest.mark.parametrize(
    "start", [HEAD + b"Content-Length: 900000\r\n\r\n", HEAD, b""], ids=["body", "headers", "all"]
)
def test_one_byte_after_another_is_cut_off_when_the_time_is_over(start: bytes, here: Site) -> None:
    here.replies["/"] = dripping(start)
    with pytest.raises(FetchError, match="too slow"):
        Fetcher(allow=OPEN, clock=Ticking(), seconds=10).get(here.url())


def test_a_server_that_says_nothing_is_given_up(here: Site) -> None:
    def silent(request: object, connection: socket.socket) -> None:
        connection.recv(1)

    here.replies["/"] = silent
    with pytest.raises(FetchError, match="too slow"):
        Fetcher(allow=OPEN, seconds=0.3).get(here.url())


def test_nobody_listening_is_said(here: Site) -> None:
    with socket.create_server((LOOPBACK, 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(FetchError, match="no connection could be made"):
        Fetcher(allow=OPEN).get(f"http://{LOOPBACK}:{port}/")


def test_the_next_address_of_a_host_is_tried(here: Site) -> None:
    here.page("/")
    fetcher = Fetcher(allow=[*OPEN, "::1"], resolver=Names(two_test=["127.0.0.9", LOOPBACK]))
    assert fetcher.get(here.url(host="two.test")).body
    assert here.requests[0].headers["host"] == f"two.test:{here.port}"


def test_redirects_are_followed_ten_times_and_no_more(here: Site) -> None:
    for number in range(11):
        here.replies[f"/{number}"] = redirect(f"/{number + 1}")
    here.page("/11")
    assert Fetcher(allow=OPEN).get(here.url("/1")).url == here.url("/11")
    with pytest.raises(FetchError, match="redirects more than 10 times"):
        Fetcher(allow=OPEN).get(here.url("/0"))


def test_nothing_is_carried_to_where_a_redirect_leads(here: Site) -> None:
    with site() as other:
        other.page("/")
        here.replies["/"] = redirect(other.url(), Set_Cookie="session=secret", WWW_Authenticate="Basic")
        fetcher = Fetcher(allow=OPEN)
        fetcher.get(here.url(), {here.url(): Validators('"secret"', "then")})
        fetcher.get(here.url())
        plain = {"host", "user-agent", "accept", "accept-encoding", "connection"}
        assert [request.headers.keys() for request in other.requests] == [plain, plain]
        assert here.requests[1].headers.keys() == plain


def test_a_secure_page_comes_from_the_host_its_certificate_names(tmp_path) -> None:
    server, believing = certificate(tmp_path)
    names = Names(safe_test=[LOOPBACK], other_test=[LOOPBACK])
    with site(server) as here:
        here.page("/")
        trusting = Fetcher(allow=OPEN, resolver=names, tls=believing)
        assert trusting.get(here.url(host="safe.test")).body
        with pytest.raises(FetchError, match="no secure connection"):
            trusting.get(here.url(host="other.test"))
        with pytest.raises(FetchError, match="no secure connection"):
            Fetcher(allow=OPEN, resolver=names).get(here.url(host="safe.test"))
        assert len(here.requests) == 1


def test_a_page_without_the_encryption_it_promises_is_not_read(here: Site) -> None:
    with pytest.raises(FetchError):
        Fetcher(allow=OPEN, seconds=1).get(here.url().replace("http:", "https:"))
