"""Addresses are checked before any function of Python parses them."""

import pytest

from gateway.core.http.urls import (
    LONGEST_URL,
    UnreadableURL,
    check_host,
    check_url,
    join_url,
    split_url,
)
from tests.normalizing import MARKS as PAIR
from tests.normalizing import normalized  # noqa: F401

MARKS = PAIR * 50
NOT_ASCII = [
    f"http://a{MARKS}z/v3",
    f"http://{MARKS}",
    f"//{MARKS}/x",
    f"http://user{MARKS}@host/",
    f"http://host:80{MARKS}/",
    f"http://a{MARKS}?x",
    f"http://a{MARKS}#x",
    f"ht\ntp:/\t/a{MARKS}",
    f" \x00http://a{MARKS}",
    f"http:///{MARKS}//{MARKS}",
    f"http://host//{MARKS}/",  # libcloud joins a path without its first slashes
    f"http://host/http://{MARKS}/",
    "http://münchen.example",
    "http://\uff41.example",
]


@pytest.mark.parametrize("url", NOT_ASCII)
@pytest.mark.parametrize(
    "act", [split_url, check_url, check_host, lambda url: join_url("http://h/x", url)]
)
def test_a_host_that_is_not_ascii_is_not_read(normalized, act, url):
    with pytest.raises(UnreadableURL, match="xn--"):
        act(url)

    assert normalized == []


def test_a_base_that_is_not_ascii_is_not_joined(normalized):
    with pytest.raises(UnreadableURL, match="xn--"):
        join_url(f"http://a{MARKS}", "/x")

    assert normalized == []


@pytest.mark.parametrize("letter", ["a", "é"])
def test_an_address_that_is_too_long_is_not_read(letter):
    url = "http://host/".ljust(LONGEST_URL, letter)

    assert split_url(url).hostname == "host"
    with pytest.raises(UnreadableURL, match=f"longer than {LONGEST_URL} characters"):
        split_url(f"{url}{letter}")
    check_host(f"{url}{letter}")


@pytest.mark.parametrize(
    "url",
    [
        "https://xn--mnchen-3ya.example:8443/v3?a=b#c",
        "http://[::1]:80/x",
        f"https://host/m\u00fcnchen/{MARKS}?q={MARKS}//{MARKS}#{MARKS}",
        "https://host/m%C3%BCnchen//x",
        f"/{MARKS}?x",
        f"{MARKS}:{MARKS}",
        f"?next=//{MARKS}",
        "git@host:owner/name",
        "",
    ],
)
def test_other_addresses_are_split_and_not_normalized(normalized, url):
    parts = split_url(url)

    assert parts.geturl() == url
    join_url("http://host/a/b", url)
    assert normalized == []


def test_addresses_are_joined_as_python_does():
    assert join_url("http://host/a/b?c", "../é?d") == "http://host/é?d"
    assert join_url("http://host/a", "//other/x") == "http://other/x"


@pytest.mark.parametrize("url", ["http://[::1", "http://[x]/"])
def test_what_python_refuses_is_refused(url):
    with pytest.raises(ValueError):  # noqa: PT011 - Python's words
        split_url(url)
