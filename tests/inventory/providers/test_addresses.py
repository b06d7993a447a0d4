"""The addresses that are public."""

import pytest

from inventory.providers.addresses import (
    addresses_of,
    canonical_address,
    is_address,
    is_public_address,
)


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("8.8.8.8", True),
        ("100.63.255.255", True),
        ("100.64.0.0", False),  # shared, RFC 6598
        ("100.127.255.255", False),
        ("100.128.0.0", True),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("172.32.0.1", True),
        ("192.168.1.1", False),
        ("169.254.1.1", False),
        ("127.0.0.1", False),
        ("0.0.0.9", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("192.0.2.7", False),
        ("198.18.0.1", False),
        ("203.0.113.9", False),
        ("2600:1900:4000:1::1", True),
        ("2001:db8::1", False),
        ("3fff::1", False),
        ("fd20:1:2:3::4", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::1", False),
        ("::", False),
        ("::ffff:8.8.8.8", True),
        ("::ffff:10.0.0.1", False),
        ("::ffff:100.64.0.1", False),
        ("2002:0808:0808::1", True),  # 6to4
        ("2002:0a00:0001::1", False),
        ("2002:6440:0001::1", False),
        ("10.1.2.0/24", False),
        ("2600:1900:4000:1::/96", True),
        ("no address", None),
        ("", None),
        ("300.1.1.1", None),
    ],
)
def test_a_range_decides(address, is_public):
    assert is_public_address(address) is is_public


def test_the_cloud_decides_where_it_says_what_an_address_is():
    public, private = addresses_of(
        public=["203.0.113.9", "10.20.0.7", "web.example"],
        private=["10.0.0.1", "8.8.8.8"],
        unnamed=["172.16.0.1", "9.9.9.9"],
    )

    assert public == ("203.0.113.9", "10.20.0.7", "web.example", "9.9.9.9")
    assert private == ("10.0.0.1", "8.8.8.8", "172.16.0.1")


@pytest.mark.parametrize(
    "address", ["100.64.0.1", "169.254.0.1", "127.0.0.1", "fe80::1", "::1", "ff02::1", "fd00::1"]
)
def test_some_ranges_are_never_public(address):
    assert addresses_of(public=[address]) == ((), (address,))


def test_each_is_shown_once():
    given = addresses_of(
        public=["9.9.9.9", "9.9.9.9"], private=["10.0.0.1", "9.9.9.9"], unnamed=["10.0.0.1/32"]
    )
    assert given == (("9.9.9.9",), ("10.0.0.1",))


@pytest.mark.parametrize("odd", [None, "", "  ", 7, {}, [], "n/a", "10.0.0", "10.0.0.1/x/y"])
def test_what_is_no_address_damages_nothing_else(odd):
    assert addresses_of(unnamed=["9.9.9.9", odd, "10.0.0.5"]) == (("9.9.9.9",), ("10.0.0.5",))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2001:DB8::0001", "2001:db8::1"),
        ("2001:0db8:0:0:0:0:0:1", "2001:db8::1"),
        ("2001:db8:0::1/128", "2001:db8::1"),
        ("2001:DB8:0::/64", "2001:db8::/64"),
        ("::FFFF:10.0.0.5", "::ffff:10.0.0.5"),
        ("::ffff:a00:5", "::ffff:10.0.0.5"),
        ("FE80::1%eth0", "fe80::1%eth0"),
        (" 10.0.0.5 ", "10.0.0.5"),
        ("10.0.0.5/32", "10.0.0.5"),
        ("10.0.0.0/28", "10.0.0.0/28"),
        ("ip-10-0-0-5.Internal", "ip-10-0-0-5.Internal"),
        ("", ""),
    ],
)
def test_an_address_has_one_spelling(text, canonical):
    assert canonical_address(text) == canonical
    assert canonical_address(canonical) == canonical


def test_two_spellings_are_one_address():
    assert addresses_of(public=["2600:1F14::1", "2600:1f14:0::1"]) == (("2600:1f14::1",), ())


@pytest.mark.parametrize("text", ["10.0.0.0/8", "2001:db8::/32", "10.0.0", "", "web", "10.0.0.256"])
def test_a_network_or_a_name_is_no_address(text):
    assert not is_address(text)
    assert is_address("10.0.0.5/32")
