"""A cloud that refuses an order may quote it, in any form: no error then shows its secrets."""

import base64
import json
import re
from contextlib import contextmanager
from urllib.parse import parse_qs, quote, quote_plus, urlencode

import pytest

from inventory.providers import Capability, ProviderError, ProviderErrorCode, all_kinds
from inventory.providers.refusals import final
from inventory.providers.simulator.driver import SimulatorDriver
from inventory.services.container_orders import DeployRequest
from inventory.services.containers import container_deploy
from inventory.services.machines import machine_provision
from inventory.services.orders import ProvisionRequest
from inventory.services.providers import provider_connect
from tests.clouds.static_ec2 import reply
from tests.inventory.factories import make_user
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.contract.refusing import FORMS
from tests.inventory.providers.contract.test_redirects import changes
from tests.inventory.providers.contract.test_retries import EVERY, RECORDED

SECRETS = ("s3cr3t-canary", 'with "quotes" & <spaces>/+', "pä55=x")
ORDERED = {
    kind.slug
    for kind in all_kinds()
    if kind.capabilities & {Capability.PROVISION, Capability.DEPLOY_CONTAINER}
    and "user_data" not in kind.unorderable
}
SCRIPT = "#!/bin/sh\n" + "".join(f"mysql --password='{one}'\n" for one in SECRETS)
SECRETS_NAMED = re.compile(r'"(env": ?\[|user_?-?data"|customdata")', re.IGNORECASE)
VARIABLES = tuple((f"NAME_{at}", one) for at, one in enumerate(SECRETS))


@pytest.fixture(params=sorted(ORDERED))
def account(request):
    return EVERY[request.param](request)


def order(account, cloud):
    resource, verb = (
        ("containers", "deploy")
        if account.kind.lists_containers
        else ("virtual_machines", "provision")
    )
    cloud.create(resource, verb, order_of(account))


def order_of(account):
    if account.kind.lists_containers:
        return account.order(
            environment=tuple((f"NAME_{at}", one) for at, one in enumerate(SECRETS))
        )
    return account.order(user_data=SCRIPT)


def quotes(text):
    """The request, and what is in it, in the forms that a reply may have."""
    try:
        body = json.loads(text)
    except ValueError:
        body = {name: values[0] for name, values in parse_qs(text).items()}
    texts = [text, *_texts_in(body)]
    for one in [*texts]:
        try:
            texts.append(base64.b64decode(one, validate=True).decode())
        except ValueError:
            continue
    for one in (one for one in texts if one == text or any(part in one for part in SECRETS)):
        yield from (one, json.dumps(one), repr(one), quote(one, safe=""), quote_plus(one))
        yield from (base64.b64encode(one.encode()).decode(), json.dumps(json.dumps(one)))
        yield from one.splitlines()


def _texts_in(value):
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(one)
    elif isinstance(value, str):
        yield value


def refusal_of(account, text):
    """A refusal with this text, in the form of the cloud."""
    word = "Invalid" if account.slug == "aws" else ""
    return FORMS[account.slug](final(ProviderErrorCode.INVALID_REQUEST, 400, text, word=word))


@contextmanager
def quoting(account, monkeypatch, quote_of):
    """Each order is refused with ``quote_of`` the request. Yields the requests."""
    sent = []

    def refuse(text):
        sent.append(text)
        return quote_of(text)

    if account.slug == "simulator":

        def check(driver, order):
            raise driver.refusal("Invalid", refuse(json.dumps({"user_data": order.user_data})))

        monkeypatch.setattr(SimulatorDriver, "_checked", check)
        yield sent
    elif account.slug == "aws":

        def answer(asked):
            if asked.get("Action") == "RunInstances":
                return refusal_of(account, refuse(urlencode(asked)))
            return reply("<DescribeInstancesResponse/>")

        with account.answered_by(answer):
            yield sent
    else:
        answered = account.cloud.answer

        def echo(request):
            is_order = changes(request) and SECRETS_NAMED.search(request.text)
            return refusal_of(account, refuse(request.text)) if is_order else answered(request)

        monkeypatch.setattr(account.cloud, "answer", echo)
        yield sent


def shown(text):
    """The secrets that a message shows, as they are or within a form that is easily read."""
    words = [text, *(_decoded(one) for one in re.findall(r"[A-Za-z0-9+/]{8,}", text))]
    return [
        (one, word)
        for word in words
        for one in SECRETS
        for form in {one, json.dumps(one)[1:-1], quote(one, safe=""), quote_plus(one)}
        if form in word
    ]


def _decoded(word):
    """Base64 that may begin at any place."""
    parts = [word[at : at + (len(word) - at) // 4 * 4] for at in range(4)]
    return " ".join(base64.b64decode(one).decode(errors="replace") for one in parts)


def test_every_kind_that_takes_secrets_is_held_to_this():
    assert {"aws", "simulator", *RECORDED} == ORDERED


def test_an_error_quotes_no_secret(account, monkeypatch):
    with quoting(account, monkeypatch, lambda _text: "no") as sent:
        with account.connect() as cloud, pytest.raises(ProviderError):
            order(account, cloud)
        request = sent[-1]
    texts = [*dict.fromkeys(quotes(request))]
    assert all(any(form in text for text in texts) for form in SECRETS)
    rest = iter(texts)
    with quoting(account, monkeypatch, lambda _text: next(rest)), account.connect(60) as cloud:
        for text in texts:
            with pytest.raises(ProviderError) as caught:
                order(account, cloud)
            for told in (caught.value.message, caught.value.word, str(caught.value)):
                assert shown(told) == [], text
            assert caught.value.message


PASSWORD = re.compile(r'"(?:adminPassword|root_pass)": ?"([^"]+)"')


@pytest.mark.parametrize("slug", ["azure", "linode"])
def test_an_error_quotes_no_password_that_the_order_generates(request, slug, monkeypatch):
    account = EVERY[slug](request)
    passwords = []

    def quote_password(text):
        found = PASSWORD.search(text)
        passwords.append(found[1])
        return f"{found[0]} is too weak: {found[1]}"

    with quoting(account, monkeypatch, quote_password), account.connect() as cloud:
        with pytest.raises(ProviderError) as caught:
            order(account, cloud)

    assert len(passwords[0]) > 20
    assert passwords[0] not in str(caught.value)
    assert "[redacted]" in caught.value.message


@pytest.mark.parametrize("slug", ["kubernetes"])
def test_a_dry_run_quotes_no_secret(request, slug, monkeypatch):
    account = EVERY[slug](request)
    with quoting(account, monkeypatch, variables_in), account.connect() as cloud:
        verdict = cloud.check(Capability.DEPLOY_CONTAINER, order=order_of(account))

    assert not verdict.allowed
    assert "[redacted]" in verdict.message
    assert shown(verdict.message) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("slug", ["docker", "digitalocean"])
def test_a_job_shows_no_secret(request, slug, monkeypatch):
    account = EVERY[slug](request)
    with account.connect() as cloud:
        make = deploy if account.kind.lists_containers else provision
        account.listed(cloud)
    provider = provider_connect(
        owner=make_user(),
        kind=slug,
        name="quoting",
        credentials=account.given,
        regions=[account.region],
    )
    with quoting(account, monkeypatch, variables_in) as sent:
        job = run_to_its_end(make(provider, account))

    assert sent
    assert job.state == "FAILED"
    told = [job.error_message, *job.events.values_list("message", flat=True)]
    assert "[redacted]" in " ".join(map(str, told))
    assert shown(" ".join(map(str, told))) == []


def variables_in(text):
    return f"invalid: {json.dumps(_values(json.loads(text)))}"


def _values(body):
    if "user_data" in body:
        return body["user_data"]
    return body["Env"] if "Env" in body else body["spec"]["containers"][0]["env"]


def deploy(provider, account):
    request = DeployRequest(name="web", image=account.image, environment=VARIABLES)
    return container_deploy(provider=provider, request=request, requested_by=None)


def provision(provider, account):
    request = ProvisionRequest("web", account.size, account.image, user_data=SCRIPT)
    return machine_provision(provider=provider, request=request, requested_by=None)
