"""Tags as each kind keeps them: several words with one key, and names that ignore case."""

import pytest

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.providers import Capability, all_kinds, get_kind
from inventory.providers.flat_tags import WordRules
from inventory.providers.tags import ignoring_case
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.selectors.rows import row_list
from inventory.services.machines import machine_tag
from inventory.services.providers import provider_connect
from tests.inventory.factories import machine_source, make_user
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.contract.backends import BACKENDS
from tests.inventory.providers.contract.every import backed

pytestmark = pytest.mark.django_db(transaction=True)

TAGGED = [kind.slug for kind in all_kinds() if Capability.TAG in kind.capabilities]
WITH_WORDS = [slug for slug in TAGGED if isinstance(get_kind(slug).tags, WordRules)]
WITHOUT_CASE = [slug for slug in TAGGED if get_kind(slug).tags.key is ignoring_case]
CLUSTER = {"k8s", "k8s:2ecd9b36-2493", "k8s:worker", "terraform:default-node-pool"}


@pytest.fixture
def account(request):
    return backed(request)


def connected(account):
    provider = provider_connect(
        owner=make_user(),
        kind=account.slug,
        name="recorded",
        credentials=account.given,
        regions=[account.region],
    )
    refresh([Ask(machine_source(provider), 0)])
    return provider


def first_machine(provider):
    return (
        VirtualMachine.objects.filter(provider=provider)
        .select_related("source__provider")
        .order_by("external_id")[0]
    )


def tag(machine, wanted, unwanted=()):
    return run_to_its_end(
        machine_tag(machine=machine, wanted=wanted, unwanted=unwanted, requested_by=None),
        most_steps=10,
    )


def words_at_the_cloud(account, machine):
    [found] = [
        one
        for one in getattr(account.cloud, "droplets", None) or account.cloud.linodes
        if str(one["id"]) == machine.external_id
    ]
    return found["tags"]


def give_words(account, provider, words):
    machine = first_machine(provider)
    words_at_the_cloud(account, machine)[:] = sorted(words)
    account.cloud.tags = set(words)
    refresh([Ask(machine_source(provider), 0)])
    machine.refresh_from_db()
    return machine


def found_by(machine, *pairs):
    limits = {"tags": pairs}
    return machine in row_list(VIRTUAL_MACHINES, sources=[machine.source], limits=limits)


def test_these_kinds_are_known_to_differ():
    assert (WITH_WORDS, sorted(WITHOUT_CASE)) == (
        ["digitalocean", "linode"],
        ["azure", "digitalocean"],
    )


@pytest.mark.parametrize("account", WITH_WORDS, indirect=True)
def test_words_with_one_key_are_all_shown_found_and_kept(account):
    provider = connected(account)
    machine = give_words(account, provider, CLUSTER)

    assert machine.tags == [
        ["k8s", ""],
        ["k8s", "2ecd9b36-2493"],
        ["k8s", "worker"],
        ["terraform", "default-node-pool"],
    ]
    assert found_by(machine, ("k8s", "worker"), ("k8s", ""), ("k8s", "2ecd9b36-2493"))
    assert not found_by(machine, ("k8s", "master"))
    assert "k8s=worker" in machine.search_text
    assert "k8s=2ecd9b36-2493" in machine.search_text

    job = tag(machine, {"k8s": "mine"})
    assert (job.state, set(words_at_the_cloud(account, machine))) == (
        "SUCCEEDED",
        {*CLUSTER, "k8s:mine"},
    )
    assert job.result["tags"]["k8s"] == ["", "2ecd9b36-2493", "mine", "worker"]

    job = tag(machine, {}, ["k8s:mine", "k8s"])
    assert (job.state, set(words_at_the_cloud(account, machine))) == (
        "SUCCEEDED",
        CLUSTER - {"k8s"},
    )


@pytest.mark.parametrize("account", WITH_WORDS, indirect=True)
def test_a_key_with_one_value_gets_another_value(account):
    provider = connected(account)
    machine = give_words(account, provider, {"role:web", "web"})

    job = tag(machine, {"role": "db"})

    assert (job.state, set(words_at_the_cloud(account, machine))) == (
        "SUCCEEDED",
        {"role:db", "web"},
    )


@pytest.mark.parametrize("account", WITHOUT_CASE, indirect=True)
def test_a_tag_in_another_case_is_the_same_tag(account):
    provider = connected(account)
    machine = first_machine(provider)
    assert tag(machine, {"Env": "dev", "Kept": "x"}).state == "SUCCEEDED"

    job = tag(machine, {"env": "dev"})
    assert job.events.order_by("pk").last().message == (
        "The machine had these tags already; nothing was done."
    )
    job = tag(machine, {}, ["env"])
    assert (job.state, "Env" in job.result["tags"]) == ("SUCCEEDED", False)
    job = tag(machine, {}, ["env"])
    assert (job.state, job.result["tags"]["Kept"]) == ("SUCCEEDED", "x")


@pytest.mark.parametrize("account", WITHOUT_CASE, indirect=True)
def test_a_spelling_that_the_cloud_keeps_ends_the_job(account):
    """The first spelling stays, in another case than the one that was asked for."""
    account.cloud.add(1)
    provider = connected(account)
    machine = first_machine(provider)
    other = VirtualMachine.objects.exclude(pk=machine.pk).select_related("source__provider")[0]
    tag(machine, {"Env": "dev"})
    tag(other, {"Env": "dev"})

    job = tag(machine, {"ENV": "prod"})
    assert job.state == "SUCCEEDED"
    shown = {key.lower(): value for key, value in job.result["tags"].items()}
    assert shown["env"] == "prod"


@pytest.mark.parametrize("slug", BACKENDS)
def test_no_kind_takes_two_names_of_one_tag(slug):
    rules = get_kind(slug).tags
    assert (rules.identity("Env") == rules.identity("env")) is (slug in WITHOUT_CASE)
