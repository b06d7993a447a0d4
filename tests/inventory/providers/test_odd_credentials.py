"""A credential of any text is accepted, or refused with a message; none is an internal error."""

import pytest

from inventory.providers import CredentialProblem, all_kinds, get_kind

pytestmark = pytest.mark.any_database

TEXTS = (
    "…",
    "é",
    "\0",
    "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----",
    "-----BEGIN PRIVATE KEY-----\n…",
    "{",
    "[]",
    '{"type": "service_account", "private_key": "…"}',
    "http://[",
    "http://…:port",
    "https://user:password@example.org:99999",
    "qemu+tls://…",
    "unix:///…",
    "nan",
    "1e999",
    "file:…",
    "arn:aws:iam::…",
    "9" * 5000,
    "\ud800",
)


def outcome(kind, given):
    """The message of the refusal, or "accepted"."""
    try:
        kind.clean_credentials(given)
    except CredentialProblem as problem:
        return str(problem)
    return "accepted"


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.slug)
def test_a_credential_of_any_text_is_no_error_of_ours(kind, text):
    names = [field.name for field in kind.credentials]
    cases = [*({name: text} for name in names), dict.fromkeys(names, text)]

    assert all(outcome(kind, given) for given in cases)


@pytest.mark.parametrize("driver", sorted(get_kind("libcloud").variants))
def test_an_argument_of_any_text_is_no_error_of_ours(driver):
    kind = get_kind("libcloud")
    names = [field.name for field in kind.variants[driver].credentials if field.name != "driver"]
    for text in TEXTS:
        cases = [*({name: text} for name in names), dict.fromkeys(names, text)]
        assert all(outcome(kind, {"driver": driver} | given) for given in cases)
