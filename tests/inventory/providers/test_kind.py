"""A kind's declarations, and its checks of the values that a user enters."""

import pytest

from inventory.providers import Capability, CredentialField, CredentialProblem, ProviderKind
from inventory.types import MachineState


def make_kind(*credentials, **options):
    given = {
        "slug": "test",
        "label": "Test",
        "description": "A test.",
        "driver": lambda *_: None,
        "credentials": credentials,
        "capabilities": frozenset({Capability.LIST_MACHINES}),
        "default_regions": ("one",),
    }
    return ProviderKind(**{**given, **options})


KIND = make_kind(
    CredentialField("user", "User"),
    CredentialField("password", "Password", secret=True),
    CredentialField("port", "Port", type=int, required=False, default=80, minimum=1, maximum=65535),
    CredentialField("rate", "Rate", type=float, required=False, minimum=0, maximum=1),
    CredentialField("verify", "Verify", type=bool, required=False, default=True),
    CredentialField("url", "URL", required=False, url=True),
)
GOOD = {"user": "ada", "password": "correct-horse"}


def problem_of(given, kind=KIND):
    with pytest.raises(CredentialProblem) as caught:
        kind.clean_credentials(given)
    return caught.value


def test_what_is_absent_gets_its_default():
    assert KIND.clean_credentials(GOOD) == {
        "user": "ada",
        "password": "correct-horse",
        "port": 80,
        "rate": None,
        "verify": True,
        "url": None,
    }


def test_values_become_the_types_of_their_fields():
    given = {**GOOD, "port": "8443", "rate": "0.5", "verify": "False", "url": "http://h:1/p/"}

    cleaned = KIND.clean_credentials(given)

    assert (cleaned["port"], cleaned["rate"], cleaned["verify"]) == (8443, 0.5, False)
    assert type(cleaned["port"]) is int
    assert cleaned["url"] == "http://h:1/p"


def test_what_was_cleaned_can_be_given_again():
    cleaned = KIND.clean_credentials({**GOOD, "rate": "0.25", "verify": "false"})
    again = {name: str(value) for name, value in cleaned.items() if value not in (None, "")}

    assert KIND.clean_credentials(again) == cleaned


@pytest.mark.parametrize("pasted", [" ada ", "ada\n", "\tada\r\n"])
def test_blanks_around_a_pasted_value_are_dropped(pasted):
    assert KIND.clean_credentials({**GOOD, "user": pasted})["user"] == "ada"


@pytest.mark.parametrize("empty", ["", "  ", "\n"])
def test_a_blank_value_counts_as_absent(empty):
    assert KIND.clean_credentials({**GOOD, "port": empty})["port"] == 80
    assert problem_of({**GOOD, "user": empty}).field == "user"


def test_an_unknown_name_is_refused_and_the_known_ones_are_told():
    problem = problem_of({**GOOD, "passwort": "x"})

    assert problem.field == "passwort"
    assert "password" in problem.message


def test_a_required_value_must_be_there():
    problem = problem_of({"user": "ada"})

    assert (problem.field, "required" in problem.message) == ("password", True)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("port", "eighty"),
        ("port", "1.5"),
        ("port", "0"),
        ("port", "65536"),
        ("port", "9" * 5000),
        ("rate", "much"),
        ("rate", "-0.1"),
        ("rate", "1.1"),
        ("rate", "nan"),
        ("rate", "inf"),
        ("verify", "yes"),
        ("url", "ftp://host"),
        ("url", "host:80"),
        ("url", "http://"),
        ("url", "http://host:port"),
        ("url", "http://host:99999"),
        ("url", "http://[::1"),
        ("url", "http://ada:pw@host"),
        ("url", "http://host/?key=1"),
        ("url", "http://ho st/"),
        ("user", "ada\x00"),
        ("user", "a\nda"),
        ("user", "a" * 100_000),
    ],
)
def test_an_impossible_value_is_refused_by_its_field(name, text):
    assert problem_of({**GOOD, name: text}).field == name


def test_no_message_repeats_a_secret():
    kind = make_kind(CredentialField("pin", "PIN", type=int, secret=True))

    problem = problem_of({"pin": "hunter2"}, kind)

    assert "hunter2" not in str(problem)


def test_a_key_keeps_its_lines_and_nothing_else_unprintable():
    kind = make_kind(CredentialField("key", "Key", secret=True, lines=True))
    pem = "-----BEGIN KEY-----\nAAAA\nBBBB\n-----END KEY-----"

    assert kind.clean_credentials({"key": f"\n{pem}\n"}) == {"key": pem}
    assert problem_of({"key": "AA\x00\nBB"}, kind).field == "key"


def test_an_ipv6_address_is_an_address():
    url = "http://[::1]:8080"

    assert KIND.clean_credentials({**GOOD, "url": url})["url"] == url


def test_regions_default_and_lose_repetitions():
    assert KIND.clean_regions(None, {}) == ["one"]
    assert KIND.clean_regions(["b", "a", " b "], {}) == ["b", "a"]
    assert KIND.clean_regions(["KVM@TACC"], {}) == ["KVM@TACC"]


@pytest.mark.parametrize("region", ["", " ", "a:b", "a/b", "a b", "a\nb", "a\x00", "r" * 101])
def test_a_region_that_cannot_be_one_is_refused(region):
    with pytest.raises(CredentialProblem) as caught:
        KIND.clean_regions(["one", region], {})

    assert caught.value.field == "regions"


def test_a_kind_that_knows_its_regions_refuses_others():
    kind = make_kind(known_regions=lambda credentials: credentials.get("only"))

    assert kind.clean_regions(["anything"], {}) == ["anything"]
    assert kind.clean_regions(["here"], {"only": ["here"]}) == ["here"]
    with pytest.raises(CredentialProblem, match="there"):
        kind.clean_regions(["there"], {"only": ["here"]})


def test_secrets_are_the_values_that_must_not_be_seen():
    assert KIND.secrets({**GOOD, "port": 8080, "url": "http://h"}) == ["ada", "correct-horse"]


def test_a_word_that_is_not_in_the_table_is_unknown():
    kind = make_kind(states={"up": MachineState.RUNNING})

    assert kind.state_of("up") is MachineState.RUNNING
    assert kind.state_of("sideways") is MachineState.UNKNOWN
