"""Production refuses to start with unsafe settings: the rules, and the settings that keep them."""

import os
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from gateway.core import production
from gateway.run.options import ROOT

GOOD = {
    "debug": False,
    "allowed_hosts": ["gateway.example.org", ".example.net"],
    "secret_key": "0123456789abcdef" * 4,
    "credential_keys": [Fernet.generate_key().decode(), f" {Fernet.generate_key().decode()}"],
}
ENVIRONMENT = {
    "GATEWAY_ENV": "production",
    "ALLOWED_HOSTS": "gateway.example.org",
    "SECRET_KEY": GOOD["secret_key"],
    "CREDENTIAL_KEYS": GOOD["credential_keys"][0],
}


def test_what_is_safe_starts():
    production.check(**GOOD)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"debug": True}, "DJANGO_DEBUG"),
        ({"allowed_hosts": []}, "ALLOWED_HOSTS"),
        ({"allowed_hosts": ["gateway.example.org", "*"]}, "ALLOWED_HOSTS"),
        ({"allowed_hosts": ["."]}, "ALLOWED_HOSTS"),
        ({"secret_key": "changeme"}, "SECRET_KEY"),
        ({"secret_key": "a" * 64}, "SECRET_KEY"),
        ({"secret_key": "django-insecure-" + GOOD["secret_key"]}, "SECRET_KEY"),
        ({"credential_keys": [""]}, "CREDENTIAL_KEYS"),
        ({"credential_keys": ["changeme"]}, "CREDENTIAL_KEYS"),
        ({"credential_keys": ["A" * 43 + "="]}, "CREDENTIAL_KEYS"),
        ({"credential_keys": [*GOOD["credential_keys"], "x"]}, "CREDENTIAL_KEYS"),
    ],
)
def test_what_is_not_does_not(wrong, word):
    with pytest.raises(ImproperlyConfigured, match=word) as refused:
        production.check(**GOOD | wrong)

    for secret in (*wrong.get("credential_keys", ()), wrong.get("secret_key", "")):
        assert len(secret) < 4 or secret not in str(refused.value)


def test_everything_that_is_wrong_is_told_at_once():
    with pytest.raises(ImproperlyConfigured) as refused:
        production.check(debug=True, allowed_hosts=[], secret_key="", credential_keys=["x"])

    for name in ("DJANGO_DEBUG", "ALLOWED_HOSTS", "SECRET_KEY", "CREDENTIAL_KEYS"):
        assert name in str(refused.value)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [({"DJANGO_DEBUG": "1"}, "DJANGO_DEBUG"), ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"), ({}, "")],
)
def test_the_settings_keep_the_rules(tmp_path, wrong, word):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **ENVIRONMENT, **wrong}

    done = subprocess.run(
        [sys.executable, "-c", "import gateway.settings"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode != 0) == bool(wrong)
    assert word in done.stderr
