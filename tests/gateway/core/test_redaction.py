"""Secrets are cut out of a text, and a hostile text costs no more than another text."""

import re
import time

import pytest

from gateway.core.redaction import LONGEST, redact

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"asked with {JWT}", "asked with [redacted]"),
        (f"\\n{JWT}.", "\\n[redacted]."),
        (f"a.{JWT}.b", "a.[redacted].b"),
        ("eyJhbGci.only-two-parts", "eyJhbGci.only-two-parts"),
        ("cgw_" + "a" * 40, "[redacted]"),
        ("amqp://user:pass@host/0", "amqp://user:[redacted]@host/0"),
        ("redis://:pass@host/0", "redis://:[redacted]@host/0"),
        ("Authorization: Bearer abcdefgh01234567", "Authorization: Bearer [redacted]"),
        ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "Authorization: Basic [redacted]"),
        ("password=abc&user=x", "password=[redacted]&user=x"),
        ('{"password": "two words", "user": "x"}', '{"password": [redacted], "user": "x"}'),
        (r'{"password": "a\"b", "user": "x"}', '{"password": [redacted], "user": "x"}'),
        ("client_secret_value = 'abc'", "client_secret_value = [redacted]"),
        ("X-Auth-Token: abc", "X-Auth-Token: [redacted]"),
        ("api-key: abc", "api-key: [redacted]"),
        ("detail='password=abc'", "detail='password=[redacted]'"),
        ('password="never closed', "password=[redacted] closed"),
        ("tokens: 400", "tokens: 400"),
        ("basic authentication", "basic authentication"),
    ],
)
def test_secrets_are_cut_out_and_nothing_else(text, kept):
    assert redact(text) == kept
    assert redact(redact(text)) == kept


def test_the_middle_of_a_long_text_is_left_out():
    text = "begin " + "word " * LONGEST + "\nend"
    kept = redact(text)
    assert len(kept) < LONGEST
    assert kept.startswith("begin word")
    assert kept.endswith("\nend")
    left_out = int(re.search(r"\[(\d+) characters left out\]", kept)[1])
    assert len(kept.replace(f" [{left_out} characters left out]\n", "")) + left_out == len(text)


@pytest.mark.parametrize("before", range(-12, 3))
def test_a_secret_at_the_cut_is_not_kept_in_part(before):
    secret = "password=hunter2hunter2 "
    head = "x " * (LONGEST // 8)
    text = head[: len(head) + before * 2] + secret * 3 + "y" * LONGEST + "\n" + secret
    assert "hunter" not in redact(text)


HOSTILE = ["secret", "eyJ", "eyJa.", "token ", "token=", "://a", "://a:", "cgw_", "a=", "a='", "-"]


@pytest.mark.parametrize("unit", HOSTILE)
def test_the_time_grows_as_the_text_does(unit):
    """Four times the text takes some four times as long, not sixteen times."""
    short, long = (_seconds(unit * (size // len(unit))) for size in (LONGEST // 4, LONGEST))
    assert long < 8 * short + 0.002


def _seconds(text):
    """The processor's seconds, the least of several runs: other processes add none."""
    spent = []
    for _attempt in range(5):
        began = time.process_time()
        redact(text)
        spent.append(time.process_time() - began)
    return min(spent)
