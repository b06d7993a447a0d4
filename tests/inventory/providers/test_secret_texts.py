import pytest

from inventory.providers.secret_texts import LONGEST_READ, REDACTED, shortened, struck

SECRET = "correct horse battery staple"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"no {SECRET}!", f"no {REDACTED}!"),
        (SECRET, REDACTED),
        (f"{SECRET}{SECRET}", REDACTED),
        ("it begins with correct horse bat", f"it begins with {REDACTED}"),
        ("a horse", "a horse"),
        ("abcdef of abcd", f"{REDACTED}ef of {REDACTED}"),
        ("a yes is no 1", "a yes is no 1"),
        ("", ""),
    ],
)
def test_a_secret_and_its_longer_parts_are_struck_out(text, told):
    assert struck(text, [SECRET, "abcd", "yes", "1", ""]) == told


def test_a_secret_that_the_bound_cuts_is_struck_out():
    text = "x" * (LONGEST_READ - 20) + SECRET

    assert struck(text, [SECRET]) == "x" * (LONGEST_READ - 20) + REDACTED


def test_what_is_struck_out_makes_room():
    assert shortened(f"{SECRET * 100} is no name", [SECRET]) == f"{REDACTED} is no name"
