"""Web addresses: which are asked, and which would lead into a private network."""

from __future__ import annotations

import ipaddress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import AddressRefused
from common.intake.addresses import checked_ip, is_public, parse_address, system_resolve
from common.intake.names import name_of_address

PRIVATE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:20::1",
    "3fff::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "4000::1",
    "no address",
    "",
    "127.1",
]
PUBLIC = [
    "1.1.1.1",
    "93.184.216.34",
    "172.32.0.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
    "2002:101:101::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_on_the_public_internet_is_told_so(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_on_the_public_internet_is_told_so(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_ways_to_write_an_ipv4_address_are_judged_alike(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    expected = is_public(str(address))
    assert is_public(f"::ffff:{address}") == expected
    assert is_public(str(ipaddress.IPv6Address((0x64FF9B << 96) | number))) == expected
    assert is_public(str(ipaddress.IPv6Address((0x2002 << 112) | (number << 80)))) == expected


@given(st.ip_addresses(v=6))
def test_a_public_ipv6_address_is_global_unicast(address: ipaddress.IPv6Address) -> None:
    if is_public(str(address)) and not address.ipv4_mapped:
        first = int(address) >> 96
        assert first >> 29 == 1 or first == 0x64FF9B


def test_every_address_of_a_host_is_checked_and_the_first_returned() -> None:
    def told(*addresses: str):
        return lambda host, port: addresses

    assert checked_ip("a.example", 80, told("1.1.1.1", "8.8.8.8"), allow_private=False) == "1.1.1.1"
    for addresses in (("10.0.0.1",), ("1.1.1.1", "10.0.0.1"), ("1.1.1.1", "::1")):
        with pytest.raises(
            AddressRefused, match=r"'a\.example' is at .*not on the public internet"
        ):
            checked_ip("a.example", 80, told(*addresses), allow_private=False)
        assert checked_ip("a.example", 80, told(*addresses), allow_private=True) == addresses[0]
    with pytest.raises(OSError, match="has no address"):
        checked_ip("a.example", 80, told(), allow_private=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "localhost"])
def test_however_this_machine_is_written_it_is_not_asked(host: str) -> None:
    with pytest.raises((AddressRefused, OSError)):
        checked_ip(host, 80, system_resolve, allow_private=False)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://a.example/b c.jpg", "https://a.example/b%20c.jpg"),
        ("HTTPS://A.example/x#part", "https://a.example/x"),
        ("http://a.example:8080/x?y=1", "http://a.example:8080/x?y=1"),
        ("https://bücher.example/ü.jpg", "https://xn--bcher-kva.example/%C3%BC.jpg"),
    ],
)
def test_addresses_are_kept_as_they_are_asked(text: str, kept: str) -> None:
    assert httpx.URL(kept) == parse_address(text)


@given(st.text(max_size=80) | st.from_regex(r"https?://.{0,40}"))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        url = parse_address(text)
    except AddressRefused:
        pass
    else:
        assert url.scheme in ("http", "https")
        assert url.host
        assert name_of_address(str(url)).encode()


def test_names_of_addresses_tell_them_apart_and_are_safe() -> None:
    names = {
        name_of_address(address)
        for address in (
            "https://a.example/iiif/1/full/max/0/default.jpg",
            "https://a.example/iiif/2/full/max/0/default.jpg",
            "https://a.example/",
            "https://a.example/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
            "https://a.example/x?name=../../y.png",
            "https://a.example/" + "ü" * 300 + ".jpg",
        )
    }
    assert len(names) == 6
    for name in names:
        assert len(name.encode()) < 100
        assert not {"/", "\\", ".", ":"} & set(name)
    assert name_of_address("https://a.example/boot.jpg").startswith("boot-")
