"""A cloud that quotes each request in its refusal shows no secret of the account in an error.

Neither the secrets that were entered, nor what a driver makes of them: Basic authorization, a
signature, a token that it has signed in for.
"""

import json
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

import pytest

from inventory.providers import ProviderError, get_kind, secret_texts
from inventory.providers.libcloud.offered import ROWS
from tests.inventory.providers.libcloud.recorded import credentials_of, recorded

# Headers that are no secret.
PUBLIC_HEADERS = frozenset(
    (
        *("user-agent", "accept", "host", "content-type", "content-length", "connection"),
        *("accept-encoding", "date", "x-amz-date", "x-ovh-timestamp", "x-ovh-application"),
        "x-amz-content-sha256",
    )
)
# A part of AWS's Authorization.
PUBLIC_WORDS = frozenset({"AWS4-HMAC-SHA256", "Credential", "SignedHeaders"})
SECRET_PARAMETERS = frozenset({"signature", "apikey", "token", "securitytoken", "password"})
SIGN_INS = ("token", "auth", "session", "login")
SHORTEST = 12
FORMS = {
    "text": lambda text: text,
    "JSON": lambda text: json.dumps({"error": {"message": text, "code": 1, "errors": [text]}}),
    "XML": lambda text: (
        "<Response><Errors><Error><Code>Refused</Code>"
        f"<Message>{escape(text)}</Message></Error></Errors></Response>"
    ),
}


def quoted(request):
    headers = [f"{name}: {as_text(value)}" for name, value in request.headers.items()]
    return "\n".join([request.method, request.url, *headers, as_text(request.body or "")])


def as_text(value):
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def sent_secrets(request):
    """Each word of a request's headers and query that may admit it."""
    for name, value in request.headers.items():
        if name.lower() not in PUBLIC_HEADERS:
            words = as_text(value).replace(",", " ").replace("=", " ").split()
            yield from (one for one in words if one not in PUBLIC_WORDS and ";" not in one)
    query = urlsplit(request.url).query
    for name, value in parse_qsl(query):
        if name.lower() in SECRET_PARAMETERS:
            yield value
    yield from (
        part.partition("=")[2]
        for part in query.split("&")
        if part.partition("=")[0].lower() in SECRET_PARAMETERS
    )


SIGNING_IN = ("openstack", "rackspace", "rackspace_first_gen", "terremark", "vcloud", "ovh")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("name", "signs_in"),
    [*((row.name, False) for row in ROWS), *((name, True) for name in SIGNING_IN)],
)
def test_no_secret_of_a_request_is_in_an_error(name, form, signs_in, monkeypatch):
    """``signs_in``: a request for a token is answered, and the next one refused."""
    monkeypatch.setattr(secret_texts, "LONGEST_MESSAGE", 10_000)
    kind, asked = get_kind("libcloud", name), []
    values = kind.clean_credentials(credentials_of(name))
    secrets = [values[one.name] for one in kind.credentials if one.secret and values[one.name]]
    with recorded(name) as (cloud, replies):
        plain = replies.answer

        def answer(request):
            asked.append(request)
            if signs_in and any(word in request.path_url for word in SIGN_INS):
                try:
                    return plain(request)
                except AttributeError:  # it is not recorded
                    pass
            return 403, FORMS[form](quoted(request)), {}, "Forbidden"

        replies.answer = answer
        with pytest.raises(ProviderError) as caught:
            cloud.read("virtual_machines")

    text = f"{caught.value} {vars(caught.value)}"
    assert not [one for one in secrets if one in text]
    sent = {word for request in asked for word in sent_secrets(request)}
    assert not [word for word in sent if len(word) >= SHORTEST and word in text]
