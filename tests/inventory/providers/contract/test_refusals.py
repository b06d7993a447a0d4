"""Each row of each kind's table of refusals: the code, its retryability, and the job's reaction."""

import re
from functools import partial

import pytest

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import Container, VirtualMachine
from inventory.providers import Capability, ProviderError, ProviderErrorCode
from inventory.providers.refusals import final
from inventory.services.providers import provider_connect
from jobs.api import Job, run_job
from tests.inventory.actions import container_change, machine_change
from tests.inventory.factories import make_user
from tests.inventory.providers.contract.backends import BACKENDS
from tests.inventory.providers.contract.container_backends import CONTAINER_BACKENDS
from tests.inventory.providers.contract.every import code_kinds, single_kinds
from tests.inventory.providers.contract.refusing import FORMS, refusing

Code = ProviderErrorCode
KINDS = {kind.slug: kind for kind in single_kinds()}
every_kind = pytest.mark.parametrize("slug", KINDS)


@pytest.fixture
def account(request, slug):
    return (BACKENDS | CONTAINER_BACKENDS)[slug](request)


def expected(row):
    return row.code, row.temporary


def seen(caught):
    return caught.value.code, caught.value.retryable


@pytest.mark.parametrize("kind", [*KINDS.values(), *code_kinds()], ids=lambda kind: kind.slug)
def test_every_kind_has_a_table(kind):
    assert kind.refusals
    assert {row.temporary for row in kind.refusals} == {True, False}
    for row in kind.refusals:
        assert row.word or row.pattern
        assert row.source.startswith("https://") or kind.slug == "simulator"
        assert not row.not_done or (row.word and row.status >= 500)
        assert not row.not_done or row.not_done.startswith("https://")
        assert not row.pattern or re.search(row.pattern, row.sample, re.IGNORECASE)
        first = next(one for one in kind.refusals if one.says(row.word, row.sample))
        assert expected(first) == expected(row) or first.status == 429 != row.status


@every_kind
def test_a_list_and_a_single_read_say_it(account, monkeypatch):
    for row in account.kind.refusals:
        with refusing(account, row, monkeypatch):
            with account.connect() as cloud, pytest.raises(ProviderError) as in_list:
                account.listed(cloud)
            with account.connect() as cloud, pytest.raises(ProviderError) as alone:
                account.found(cloud, account.nobody)

        assert seen(in_list) == seen(alone) == expected(row), row


@every_kind
def test_an_action_says_it(account, monkeypatch):
    with account.connect() as cloud:
        external_id = account.running(cloud).external_id
    for row in account.kind.refusals:
        with (
            refusing(account, row, monkeypatch, reads=False),
            account.connect() as cloud,
            pytest.raises(ProviderError) as caught,
        ):
            act(cloud, account.kind)(external_id)

        assert seen(caught) == expected(row), row
        if row.status is not None:
            is_clear = 400 <= row.status < 500 or bool(row.not_done)
            assert caught.value.may_have_acted is not is_clear, row


@every_kind
def test_a_dry_run_says_it(account, monkeypatch):
    """A dry run asks the cloud without acting: a refusal is a verdict, and a failure is none."""
    with account.connect() as cloud:
        if not cloud.can_check:
            pytest.skip("This kind cannot be asked without acting.")
        external_id = account.running(cloud).external_id
    monkeypatch.setattr("inventory.providers.ec2.dry_run._is_honoured", lambda *_: True)
    capability = Capability.STOP if account.kind.lists_machines else Capability.REMOVE_CONTAINER
    for row in account.kind.refusals:
        with refusing(account, row, monkeypatch), account.connect() as cloud:
            if row.code.retryable and row.temporary:
                with pytest.raises(ProviderError) as caught:
                    cloud.check(capability, external_id)
                assert seen(caught) == expected(row), row
            else:
                verdict = cloud.check(capability, external_id)
                assert (verdict.allowed, verdict.code) == (False, row.code), row
                assert verdict.is_temporary is row.temporary, row


@every_kind
@pytest.mark.django_db(transaction=True)
def test_a_job_waits_or_fails_at_once(account, monkeypatch):
    target = None
    for row in account.kind.refusals:
        with refusing(account, row, monkeypatch, reads=False):
            if target is None or account.slug == "aws":  # its server is another for each row
                target = running_target(account)
            job = first_step(submitted(account, target))

        assert job.state == ("RUNNING" if row.temporary else "FAILED"), row
        assert job.attempts == (2 if row.temporary else 1), row
        assert (job.error_code, job.error_retryable) == expected(row), row
        Job.objects.filter(pk=job.pk).delete()


def act(cloud, kind):
    if kind.lists_machines:
        return partial(cloud.do, "virtual_machines", "stop")
    if Capability.STOP_CONTAINER in kind.capabilities:
        return partial(cloud.do, "containers", "stop")
    return partial(cloud.do, "containers", "remove")


def running_target(account):
    """The row of a machine or a container that runs, of a provider that is connected to it."""
    provider = provider_connect(
        owner=make_user(),
        kind=account.slug,
        name="refusing",
        credentials={name: str(one) for name, one in account.credentials.items() if one},
        regions=[account.region],
    )
    machines = account.kind.lists_machines
    resource = "virtual_machines" if machines else "containers"
    source = provider.sources.select_related("provider").get(resource__iexact=resource)
    refresh([Ask(source, 0)])
    model = VirtualMachine if machines else Container
    with account.connect() as cloud:
        external_id = account.running(cloud).external_id
    rows = model.objects.select_related("source__provider", "provider")
    return rows.get(source=source, external_id=external_id)


def submitted(account, target):
    if account.kind.lists_machines:
        return machine_change(name="stop", machine=target, requested_by=None)
    stops = Capability.STOP_CONTAINER in account.kind.capabilities
    name = "stop" if stops else "remove"
    return container_change(name=name, container=target, requested_by=None)


def first_step(job):
    run_job(str(job.pk))
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("status", [429, 500, 502, 503])
@pytest.mark.parametrize("slug", FORMS)
def test_throttling_and_server_errors_come_before_every_word(account, status, monkeypatch):
    """Except for a word that the vendor documents with this very status."""
    documented = {row.word for row in account.kind.refusals if row.status == status}
    words = {row.word for row in account.kind.refusals if not row.temporary} - documented
    for word in words:
        samples = [one.sample for one in account.kind.refusals if one.word == word]
        row = final(Code.QUOTA_EXCEEDED, status, samples[0], word=word)
        with (
            refusing(account, row, monkeypatch),
            account.connect() as cloud,
            pytest.raises(ProviderError) as caught,
        ):
            account.listed(cloud)
        assert caught.value.retryable, word
        assert (caught.value.code is Code.RATE_LIMITED) is (status == 429), word
