import base64
import hashlib
import hmac
import json

import pytest

from gateway.core.redaction import redact
from gateway.core.webhooks.signing import new_secret, signature_headers

# These values are from the specification's own test of its libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE, TIMESTAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'


def test_the_signature_is_that_of_the_specification():
    """https://github.com/standard-webhooks/standard-webhooks, libraries/python/tests."""
    headers = signature_headers(MESSAGE, TIMESTAMP, BODY, [SECRET])

    assert headers == {
        "webhook-id": MESSAGE,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_secret_has_the_form_of_the_specification():
    secret = new_secret()

    assert secret.startswith("whsec_")
    assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"))) <= 64
    assert new_secret() != secret
    assert secret not in redact(f"it is {secret}.")


def test_each_secret_has_its_signature():
    keys = [new_secret(), new_secret()]
    header = signature_headers("msg_1", 1, b"x", keys)["webhook-signature"]

    assert header.split(" ") == [by_hand(key, b"msg_1.1.x") for key in keys]


def by_hand(secret, signed):
    key = base64.b64decode(secret.partition("_")[2])
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def test_the_library_of_the_specification_verifies_it():
    library = pytest.importorskip("standardwebhooks", reason="requirements-dev.txt has it")
    now, secret = int(__import__("time").time()), new_secret()
    body = json.dumps({"type": "job.finished"}).encode()
    headers = signature_headers("msg_1", now, body, [new_secret(), secret])

    verifier = library.Webhook(secret)

    assert verifier.verify(body, headers) == {"type": "job.finished"}
    with pytest.raises(library.WebhookVerificationError):
        verifier.verify(body + b" ", headers)
