"""Images of the kinds that act on them through a stand-in: created and deleted by jobs, once
whatever becomes of the answer, never by a dry run, and none of another owner.
"""

import pytest

from inventory.operations import unclear_orders
from inventory.services.providers import provider_connect
from tests.clouds.static_ec2 import reply
from tests.inventory.providers.contract.test_retries import EVERY
from tests.inventory.schema.storage_requests import done, mutate, refused

pytestmark = pytest.mark.django_db(transaction=True)

IMAGES = """{ images(maxAge: 0) { complete sources { error { message } }
    nodes { id name state own public machine { id } tags { key } } } }"""
MACHINES = "{ virtualMachines(maxAge: 0, filter: {state: [RUNNING]}) { nodes { id } } }"
OWN = {
    "azure": "golden",
    "digitalocean": "Ubuntu My Snapshot",
    "google": "custom-image",
    "linode": "golden",
    "openstack": "made-here",
}
# The end of the path of the request that creates one, by the kinds that do.
CREATE = {"google": "images", "linode": "images", "openstack": "action"}
NAMES_MACHINE = {"openstack"}
LOOKS = 3  # that do not show a new image
deleting = pytest.mark.parametrize("slug", OWN)
creating = pytest.mark.parametrize("slug", CREATE)
on_openstack = pytest.mark.parametrize("slug", ["openstack"])


class Images:
    """An account that is connected, and its images."""

    def __init__(self, ask, user, account):
        self.ask, self.account, self.cloud = ask, account, account.cloud
        provider_connect(
            owner=user,
            kind=account.slug,
            name=account.slug,
            credentials={name: str(one) for name, one in account.credentials.items() if one},
            regions=[account.region],
        )
        if hasattr(self.cloud, "add_own_image"):
            self.cloud.add_own_image(OWN[account.slug])

    def listed(self):
        found = self.ask(IMAGES).data["images"]
        assert found["complete"], found["sources"]
        return [one for one in found["nodes"] if one["state"] != "DELETED"]

    def named(self, name):
        return [one for one in self.listed() if one["name"] == name]

    def machine(self):
        return self.ask(MACHINES).data["virtualMachines"]["nodes"][0]["id"]

    def created(self, **more):
        given = {"machine": self.machine(), "name": "made-here", "description": "Of tests."}
        return done(self.ask, "createImage", **given, **more)

    def own(self):
        """One that may be deleted."""
        if self.account.slug == "openstack":
            assert self.created().state == "SUCCEEDED"
        [image] = self.named(OWN[self.account.slug])
        return image

    def changes(self, *, loses=0):
        """The requests that change something, as they are carried out. The answers to the first
        ``loses`` are lost.
        """
        plain, accepted = self.cloud.answer, []

        def answer(request):
            found = plain(request)
            if request.method == "GET" or "/token" in request.path or found.status >= 300:
                return found
            accepted.append((request.method, request.path))
            return found if len(accepted) > loses else reply("the answer is lost", 502)

        self.cloud.answer = answer
        return accepted


@pytest.fixture
def images(ask, user, request, slug):
    account = EVERY[slug](request)
    account.cloud.fault_meets = lambda _request: True
    return Images(ask, user, account)


@creating
@pytest.mark.parametrize("loses", [0, 1])
def test_an_image_is_created_once(images, slug, loses):
    accepted = images.changes(loses=loses)

    job = images.created(tags=[{"key": "env", "value": "test"}])

    assert job.state == "SUCCEEDED", job.error_message
    [(method, path)] = accepted
    assert (method, path.rpartition("/")[2]) == ("POST", CREATE[slug])
    [image] = images.named("made-here")
    public = None if slug == "google" else False  # it does not say who may use an image
    assert (image["own"], image["public"], image["state"]) == (True, public, "AVAILABLE")
    named = {"id": images.machine()} if slug in NAMES_MACHINE else None
    assert image["machine"] == named
    assert {"env", "gateway-job"} <= {one["key"] for one in image["tags"]}
    assert [image["id"]] == job.created


@creating
def test_a_repeated_key_and_a_dry_run_create_no_other_image(images):
    given = {"machine": images.machine(), "name": "made-here", "description": "Of tests."}
    accepted = images.changes()

    payload = mutate(images.ask, "createImage", **given, dryRun=True)
    assert (payload["errors"], payload["dryRun"]["allowed"]) == ([], True)
    assert accepted == []

    first = done(images.ask, "createImage", **given, idempotencyKey="one")
    again = mutate(images.ask, "createImage", **given, idempotencyKey="one")

    assert first.state == "SUCCEEDED", first.error_message
    assert again["job"]["state"] == "SUCCEEDED"
    assert len(accepted) == 1


@pytest.mark.parametrize(
    ("slug", "name"), [("google", "Made_Here"), ("google", "a" * 64), ("linode", "a" * 129)]
)
def test_a_name_that_the_cloud_forbids_is_refused_before_there_is_a_job(images, name):
    accepted = images.changes()

    given = {"machine": images.machine(), "name": name}

    assert refused(images.ask, "createImage", **given) == ("name", "INVALID")
    assert accepted == []


@pytest.mark.parametrize("slug", ["linode"])
def test_a_linode_of_several_disks_has_no_image_and_the_job_has_the_reason(images):
    images.cloud.more_disks = [{"id": 5, "label": "data", "filesystem": "ext4", "size": 100}]
    accepted = images.changes()

    job = images.created()

    assert (job.state, job.error_code) == ("FAILED", "CONFLICT")
    assert job.error_message.startswith("An image at Linode is of one disk, and the Linode has 2 ")
    assert accepted == []


@pytest.mark.parametrize("slug", ["google"])
def test_a_name_that_is_taken_is_a_conflict(images):
    accepted = images.changes()

    job = done(images.ask, "createImage", machine=images.machine(), name="custom-image")

    assert (job.state, job.error_code) == ("FAILED", "CONFLICT")
    assert accepted == []


@pytest.mark.parametrize("slug", ["azure"])
def test_a_cloud_that_creates_no_image_of_a_machine_says_so(images):
    accepted = images.changes()

    given = {"machine": images.machine(), "name": "made-here"}

    assert refused(images.ask, "createImage", **given)[1] == "NOT_SUPPORTED"
    assert accepted == []


@on_openstack
def test_an_image_that_is_listed_late_is_created_once(images, monkeypatch):
    monkeypatch.setattr(unclear_orders, "LOOK_SECONDS", 30.0)
    accepted, looks, plain = images.changes(loses=1), [], images.cloud.answer

    def answer(request):
        if request.path == "/v2/images" and accepted and len(looks) < LOOKS:
            looks.append(request)
            kept, images.cloud.glance_images = images.cloud.glance_images, []
            try:
                return plain(request)
            finally:
                images.cloud.glance_images = kept
        return plain(request)

    images.cloud.answer = answer
    job = images.created()

    assert job.state == "SUCCEEDED", job.error_message
    assert (len(looks), len(accepted)) == (LOOKS, 1)


@on_openstack
def test_an_image_of_a_newer_nova_is_found_by_its_mark(images):
    """From microversion 2.45 on, a reply has no address of the image."""
    plain = images.cloud.answer

    def answer(request):
        found = plain(request)
        found.headers.pop("Location", None)
        return found

    images.cloud.answer = answer
    job = images.created()

    assert job.state == "SUCCEEDED", job.error_message
    assert len(images.named("made-here")) == 1


@on_openstack
def test_a_protected_image_stays_and_the_job_has_the_reason(images):
    image = images.own()
    images.cloud.glance_images[-1]["protected"] = True

    job = done(images.ask, "deleteImage", id=image["id"])

    assert (job.state, job.error_code) == ("FAILED", "PERMISSION_DENIED")
    assert job.error_message.startswith("Forbidden: Image ")
    assert job.error_message.endswith(" is protected and cannot be deleted.")
    assert images.named("made-here") == [image]


@deleting
@pytest.mark.parametrize("loses", [0, 1])
def test_an_image_is_deleted_once_and_no_other(images, slug, loses):
    image, others = images.own(), len(images.listed())
    accepted = images.changes(loses=loses)

    job = done(images.ask, "deleteImage", id=image["id"])

    assert job.state == "SUCCEEDED", job.error_message
    [(method, path)] = accepted
    assert (method, "/images/" in path) == ("DELETE", True)
    assert images.named(OWN[slug]) == []
    assert len(images.listed()) == others - 1
    again = done(images.ask, "deleteImage", id=image["id"])
    assert (again.state, len(accepted)) == ("SUCCEEDED", 1)


@deleting
def test_a_dry_run_deletes_nothing(images, slug):
    image = images.own()
    accepted = images.changes()

    payload = mutate(images.ask, "deleteImage", id=image["id"], dryRun=True)

    assert (payload["errors"], payload["dryRun"]["allowed"]) == ([], True)
    assert accepted == []
    assert images.named(OWN[slug]) == [image]


@deleting
def test_an_image_of_another_owner_is_not_deleted(images):
    public = next(one for one in images.listed() if not one["own"])
    accepted = images.changes()

    assert refused(images.ask, "deleteImage", id=public["id"]) == ("id", "CONFLICT")
    payload = mutate(images.ask, "deleteImage", id=public["id"], dryRun=True)

    assert payload["dryRun"]["allowed"] is False
    assert accepted == []
