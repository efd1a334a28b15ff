from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.fetching.addresses import Border, look_up, on_the_internet
from ingest.sources.fetching.error import FetchError
from ingest.sources.fetching.url import parse
from rag.errors import Refused, UsageError
from tests.fixtures.web_site import Names

PUBLIC = ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"]
INSIDE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
    "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1",
    "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::93.184.216.34", "::ffff:127.0.0.1",
    "::ffff:93.184.216.34", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
    "100::1", "2001::1", "2001:0:7f00:1::", "2001:db8::1", "2002:7f00:1::", "2002:c0a8:1::1", "3fff::1",
    "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip


@pytest.mark.parametrize("text", PUBLIC)
def test_an_address_on_the_internet_is_open(text: str) -> None:
    assert on_the_internet(ip_address(text))


@pytest.mark.parametrize("text", INSIDE)
def test_an_address_inside_is_closed(text: str) -> None:
    assert not on_the_internet(ip_address(text))


@given(st.ip_addresses(v=4))
def test_no_disguise_opens_an_address(address: IPv4Address) -> None:
    number = int(address)
    disguises = [
        number,
        0xFFFF << 32 | number,
        0x2002 << 112 | number << 80,
        0x2001 << 112 | number ^ 0xFFFFFFFF,
    ]
    assert not any(on_the_internet(IPv6Address(disguise)) for disguise in disguises)
    assert on_the_internet(IPv6Address((0x64FF9B << 96) | number)) == on_the_internet(address)


@given(st.ip_addresses(v=6))
def test_what_is_open_is_global_unicast_or_translated(address: IPv6Address) -> None:
    assert not on_the_internet(address) or int(address) >> 125 == 1 or int(address) >> 32 == 0x64FF9B << 64


def test_a_host_with_one_address_inside_is_closed_altogether() -> None:
    names = Names(mixed_test=["93.184.216.34", "10.0.0.1"])
    with pytest.raises(Refused, match=r"mixed\.test leads to 10\.0\.0\.1"):
        Border(resolver=names).addresses(parse("http://mixed.test/"))


def test_a_host_is_looked_up_once_for_a_connection() -> None:
    names = Names(open_test=["93.184.216.34", "93.184.216.34", "2606:4700::1111"])
    assert Border(resolver=names).addresses(parse("http://open.test/")) == [
        "93.184.216.34",
        "2606:4700::1111",
    ]
    assert names.looked_up == ["open.test"]


def test_an_answer_that_is_no_address_is_closed() -> None:
    with pytest.raises(Refused):
        Border(resolver=Names(odd_test=["fe80::1%eth0", "localhost"])).addresses(parse("http://odd.test/"))


def test_an_unknown_name_may_be_known_later() -> None:
    with pytest.raises(FetchError, match=r"no host of the name nobody\.test"):
        Border(resolver=Names()).addresses(parse("http://nobody.test/"))


def test_this_machine_knows_itself() -> None:
    assert "127.0.0.1" in look_up("127.0.0.1", 80)


@pytest.mark.parametrize(
    ("entry", "url", "address", "opened"),
    [
        ("wiki.test", "http://wiki.test/", "10.0.0.1", True),
        ("WIKI.test ", "http://wiki.test:8080/", "10.0.0.1", True),
        ("wiki.test:8080", "http://wiki.test:8080/", "10.0.0.1", True),
        ("wiki.test:8080", "http://wiki.test/", "10.0.0.1", False),
        ("wiki.test", "http://other.test/", "10.0.0.1", False),
        ("wiki.test", "http://a.wiki.test/", "10.0.0.1", False),
        ("*.test", "http://wiki.test/", "10.0.0.1", True),
        ("*.test", "http://wiki.test.example/", "10.0.0.1", False),
        ("wiki.test", "http://wiki.test/", "169.254.169.254", False),
        ("wiki.test", "http://wiki.test/", "fe80::1", False),
        ("169.254.169.254", "http://wiki.test/", "169.254.169.254", True),
        ("10.0.0.0/8", "http://wiki.test/", "10.1.2.3", True),
        ("10.0.0.0/8", "http://wiki.test/", "11.1.2.3", True),  # on the internet as it is
        ("10.0.0.0/8", "http://wiki.test/", "192.168.0.1", False),
        ("10.0.0.0/8", "http://wiki.test/", "::ffff:10.1.2.3", False),
        ("10.0.0.0/8:8080", "http://wiki.test:8080/", "10.1.2.3", True),
        ("10.0.0.0/8:8080", "http://wiki.test:22/", "10.1.2.3", False),
        ("[fd00::1]:8080", "http://wiki.test:8080/", "fd00::1", True),
        ("fd00::/8", "http://wiki.test/", "fd00::1", True),
    ],
)
def test_an_opening_opens(entry: str, url: str, address: str, opened: bool) -> None:
    border = Border([entry], lambda host, port: [address])
    try:
        assert border.addresses(parse(url)) == [address]
    except Refused:
        assert not opened
    else:
        assert opened


@pytest.mark.parametrize("entry", ["", "*", "http://wiki.test/", "wi ki", "*.*", "a:b", "[wiki]", "wiki.*"])
def test_an_opening_that_means_nothing_is_refused(entry: str) -> None:
    with pytest.raises(UsageError, match="names no host"):
        Border([entry])
