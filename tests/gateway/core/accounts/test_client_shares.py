"""The share of the threads that a request counts against."""

import pytest

from gateway.core.accounts import client_shares as module
from gateway.core.accounts.access_tokens import access_token_issue
from gateway.core.accounts.api_tokens import PREFIX
from gateway.core.accounts.client_shares import ClientShares
from gateway.core.accounts.models import Session

API_TOKEN = f"Bearer {PREFIX}of-somebody"


def environ(header="", address="192.0.2.1"):
    return {"REMOTE_ADDR": address} | ({"HTTP_AUTHORIZATION": header} if header else {})


@pytest.fixture
def shares():
    return ClientShares()


def test_clients_without_a_token_are_told_apart_by_their_address(shares):
    assert shares.share_of(environ()) == ("address 192.0.2.1", "")
    assert shares.share_of(environ(address="2001:db8::1")) == shares.share_of(
        environ(address="2001:db8::2")
    )


def token_of(user):
    return access_token_issue(user=user, session=Session()).token


def test_all_tokens_of_a_user_have_one_share(shares, ann):
    first, second = token_of(ann), token_of(ann)

    assert first != second
    assert shares.share_of(environ(f"JWT {first}")) == shares.share_of(environ(f"Bearer {second}"))
    assert shares.share_of(environ(f"JWT {first}"))[0].startswith("user ")


def test_a_forged_token_uses_up_nobody_elses_share(shares, ann):
    header, payload, _ = token_of(ann).split(".")

    share = shares.share_of(environ(f"JWT {header}.{payload}.AAAA"))

    assert share[0] == "address 192.0.2.1"


def test_an_api_token_is_of_its_address_until_its_user_is_known(shares):
    assert shares.share_of(environ(API_TOKEN))[0] == "address 192.0.2.1"

    shares.learn(API_TOKEN, 7)

    assert shares.share_of(environ(API_TOKEN)) == ("user 7",)


def test_what_is_remembered_is_bounded(shares, monkeypatch):
    monkeypatch.setattr(module, "MOST_KNOWN", 2)
    for number in range(3):
        shares.learn(f"{API_TOKEN}-{number}", number)

    assert shares.share_of(environ(f"{API_TOKEN}-0"))[0] == "address 192.0.2.1"
    assert shares.share_of(environ(f"{API_TOKEN}-2")) == ("user 2",)
