"""An order with a repository, from the mutation to the request that the cloud gets."""

import pytest
import yaml

from gateway.core.ids import global_id, split_id
from inventory.models import Repository
from inventory.services.machines import provider_id
from jobs.api import Job, retry
from tests.client import GraphQLClient
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.operations.running import effects_of, run_to_its_end

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]

PROVISION = """mutation ($input: ProvisionVirtualMachineInput!) {
    provisionVirtualMachine(input: $input) {
        job { id } dryRun { allowed userData } errors { field code message } } }"""
URL = "https://github.com/acme/web"
COMMANDS = [
    ["git", "clone", "--", URL, "/opt/web"],
    ["git", "-C", "/opt/web", "checkout", "v1", "--"],
]


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.fixture
def client(ann):
    return GraphQLClient().log_in("ann", "correct-horse")


@pytest.fixture
def provider(ann):
    return make_simulator(ann, machines=0)


def make_repository(creator=None, url=URL):
    row = Repository.objects.create(
        name="web", full_name="acme/web", owner_login="acme", url=url, creator=creator
    )
    return global_id("Repository", row.pk)


@pytest.fixture
def order(client, provider):
    def _order(repository, **given):
        wanted = {"provider": provider_id(provider), "name": "web", "repository": repository}
        wanted |= {"size": "sim.nano", "image": "img-debian-12"} | given
        return client.data(PROVISION, input=wanted)["provisionVirtualMachine"]

    return _order


@pytest.fixture
def sent(monkeypatch):
    """The user data of each order that the cloud was sent."""
    create, found = plain_cloud("virtual_machines", "provision"), []

    def note(cloud, order):
        found.append(order.user_data)
        return create(cloud, order)

    patch_cloud(monkeypatch, "virtual_machines", "provision", note)
    return found


def job_of(payload):
    assert payload["errors"] == []
    return Job.objects.get(pk=split_id(payload["job"]["id"])[1])


def test_the_cloud_is_sent_what_the_dry_run_shows(order, provider, sent, simulator_directory):
    repository = make_repository()

    dry = order(repository, ref="v1", dryRun=True)

    assert (dry["job"], dry["errors"], dry["dryRun"]["allowed"]) == (None, [], True)
    assert yaml.safe_load(dry["dryRun"]["userData"])["runcmd"] == COMMANDS
    assert not Job.objects.exists()
    assert (sent, effects_of(simulator_directory, provider)) == ([], [])

    job = job_of(order(repository, ref="v1"))

    assert (job.arguments["repository"], job.arguments["ref"]) == (repository, "v1")
    assert run_to_its_end(job).state == "SUCCEEDED"
    assert sent == [dry["dryRun"]["userData"]]


def test_a_dry_run_repeats_no_user_data_that_was_given(order):
    dry = order(None, userData="#!/bin/sh\nsecret", dryRun=True)

    assert dry["dryRun"] == {"allowed": True, "userData": None}


def test_each_of_several_machines_clones_it(order, sent):
    parent = job_of(order(make_repository(), ref="v1", count=2))
    for child in parent.children.all():
        run_to_its_end(child)

    assert len(sent) == 2
    assert {yaml.safe_load(one)["runcmd"][1][4] for one in sent} == {"v1"}


def test_a_job_that_is_retried_clones_it_too(order, ann, sent):
    job = job_of(order(make_repository(), ref="v1"))
    Job.objects.filter(pk=job.pk).update(state="CANCELED")

    again = run_to_its_end(retry(job=Job.objects.get(pk=job.pk), requested_by=ann))

    assert again.pk != job.pk
    assert again.arguments["ref"] == "v1"
    assert yaml.safe_load(sent[0])["runcmd"] == COMMANDS


def test_a_key_stands_for_the_repository_and_the_ref(order):
    repository = make_repository()
    first = order(repository, ref="v1", idempotencyKey="key")

    assert order(repository, ref="v1", idempotencyKey="key") == first
    for other in ({"ref": "v2"}, {}):
        refused = order(repository, idempotencyKey="key", **other)
        assert refused["errors"][0]["field"] == "idempotencyKey"
    assert Job.objects.count() == 1


@pytest.mark.parametrize("change", ["renamed", "private", "gone"])
def test_an_order_that_is_repeated_after_its_repository_changed_is_the_same(order, change):
    repository = make_repository()
    first = order(repository, ref="v1", idempotencyKey="key")
    several = order(repository, ref="v1", count=2, idempotencyKey="keys")
    rows = Repository.objects.all()
    if change == "renamed":
        rows.update(name="site", full_name="acme/site", url="https://github.com/acme/site")
    elif change == "private":
        rows.update(visibility="PRIVATE")
    else:
        rows.delete()

    assert order(repository, ref="v1", idempotencyKey="key") == first
    assert order(repository, ref="v1", count=2, idempotencyKey="keys") == several
    assert job_of(first).arguments["user_data"]
    assert Job.objects.filter(parent=None).count() == 2


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_private_repository_is_refused_before_anything_is_bought(order, dry_run):
    repository = make_repository()
    Repository.objects.update(visibility="PRIVATE")

    refused = order(repository, dryRun=dry_run)

    assert refused["dryRun"] is None
    assert [error["field"] for error in refused["errors"]] == ["repository"]
    assert not Job.objects.exists()


def test_one_that_the_caller_added_is_cloned_and_one_that_another_added_is_not_known(order, ann):
    assert order(make_repository(ann), dryRun=True)["errors"] == []

    for unknown in (make_repository(make_user("bob")), global_id("Repository", 10**6)):
        for dry_run in (False, True):
            assert order(unknown, dryRun=dry_run)["errors"] == [
                {
                    "field": "repository",
                    "code": "NOT_FOUND",
                    "message": "There is no repository with this id.",
                }
            ]
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ref": "--upload-pack=reboot"}, "ref"),
        ({"ref": "a\nruncmd: [reboot]"}, "ref"),
        ({"userData": "#!/bin/sh"}, "repository"),
        ({"repository": "acme/web"}, "repository"),
        ({"repository": ""}, "repository"),
        ({"repository": global_id("Provider", "x")}, "repository"),
        ({"repository": None, "ref": "v1"}, "ref"),
    ],
)
def test_what_cannot_be_is_refused_before_there_is_a_job(order, given, field):
    repository = given.pop("repository") if "repository" in given else make_repository()
    refused = order(repository, **given)

    assert refused["job"] is None
    [error] = refused["errors"]
    assert (error["field"], error["code"]) == (field, "INVALID")
    assert not Job.objects.exists()


def test_an_address_with_a_secret_is_refused_and_not_repeated(order):
    refused = order(make_repository(url="https://user:s3cret@github.com/acme/web"))

    assert [error["field"] for error in refused["errors"]] == ["repository"]
    assert "s3cret" not in str(refused)
    assert not Job.objects.exists()
