import pytest

from gateway.core.http.forwarded import client_address

PROXY = "10.0.0.2"


@pytest.mark.parametrize(
    ("header", "proxies", "address"),
    [
        (None, 0, PROXY),
        (None, 1, PROXY),
        ("", 1, PROXY),
        ("192.0.2.1", 0, PROXY),
        ("192.0.2.1", 1, "192.0.2.1"),
        ("2001:db8::1", 1, "2001:db8::1"),
        ("203.0.113.9, 192.0.2.1", 1, "192.0.2.1"),  # the first is the client's own word
        ("203.0.113.9, 192.0.2.1, 10.0.0.3", 2, "192.0.2.1"),
        ("192.0.2.1", 2, "192.0.2.1"),  # asked past the outer proxy
    ],
)
def test_the_client_behind_so_many_proxies(header, proxies, address):
    meta = {"REMOTE_ADDR": PROXY} | ({} if header is None else {"HTTP_X_FORWARDED_FOR": header})

    assert client_address(meta, proxies=proxies) == address


def test_a_connection_without_an_address():
    assert client_address({}, proxies=0) == ""
