"""Buckets, objects, volumes and snapshots in the dashboard."""

import json
import urllib.request
import uuid

from tests.functional.browser import MARKS
from tests.functional.dashboard import (
    administrator,  # noqa: F401 - fixture
    answer_to,
    filter_by,
    open_dashboard,
    page,  # noqa: F401 - fixture
    simulator,  # noqa: F401 - fixture
)

pytestmark = MARKS

UPDATE = """mutation ($input: UpdateProviderInput!) {
    updateProvider(input: $input) { errors { message } } }"""
BUCKETS = """query ($p: [ID!]) { buckets(filter: {provider: $p}, maxAge: 0) {
    complete nodes { name state } } }"""

VOLUMES = """query ($p: [ID!]) { volumes(filter: {provider: $p}, maxAge: 0) {
    nodes { name state } } }"""


def test_an_object_is_found_by_folders_and_downloaded_by_a_link(page):
    open_dashboard(page, "Storage")
    filter_by(page, "demo-shop-images")
    page.get_by_role("link", name="demo-shop-images").click()
    objects = page.get_by_role("table", name="Objects")
    objects.get_by_role("link", name="products/").click()
    page.get_by_role("navigation", name="Folders").get_by_text("products").wait_for()
    objects.get_by_role("button").first.wait_for()
    page.get_by_role("navigation", name="Folders").get_by_text("demo-shop-images").click()

    objects.get_by_role("button", name="Download README").click()
    dialog = page.get_by_role("dialog", name="Download")
    link = dialog.get_by_role("link", name="Download from its store").get_attribute("href")

    size = objects.get_by_role("row").filter(has_text="README").get_by_role("cell").nth(1)
    with urllib.request.urlopen(link) as answer:  # noqa: S310 - of the demo's own store
        assert size.inner_text() == f"{len(answer.read())} bytes"


def test_an_object_and_then_its_bucket_with_the_others_are_deleted(page, simulator, administrator):
    provider = simulator(f"Deleting {uuid.uuid4().hex[:6]}", machines="1")
    found = administrator.data(BUCKETS, p=[provider])["buckets"]["nodes"]
    bucket = next(each["name"] for each in found if "-logs-" in each["name"])
    open_dashboard(page, "Storage")
    filter_by(page, bucket)
    page.get_by_role("link", name=bucket).click()
    objects = page.get_by_role("table", name="Objects")
    objects.get_by_role("link", name="2026/").click()
    objects.get_by_role("link", name="01/").click()
    objects.get_by_role("button", name="Delete logs.txt").click()
    dialog = page.get_by_role("dialog", name="Delete an object")
    dialog.get_by_label("Type logs.txt to confirm").fill("logs.txt")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("Nothing is in this folder.").wait_for()

    page.get_by_role("button", name="Delete the bucket").click()
    dialog = page.get_by_role("dialog", name=f"Delete {bucket}")
    dialog.get_by_label(f"Type {bucket} to confirm").fill(bucket)
    dialog.get_by_text("It is not empty").wait_for()
    assert dialog.get_by_role("button", name="Delete", exact=True).is_disabled()
    dialog.get_by_role("checkbox", name="Force").check()
    dialog.get_by_text("Its objects would be deleted with it.").wait_for()
    dialog.get_by_role("button", name="Delete with its objects").click()

    page.get_by_text(f"Deleting {bucket} with its objects: the job has succeeded").wait_for()
    filter_by(page, bucket)
    page.get_by_text("No bucket matches.").wait_for()
    left = administrator.data(BUCKETS, p=[provider])["buckets"]["nodes"]
    assert [each for each in left if each["name"] == bucket and each["state"] != "DELETED"] == []


def test_a_bucket_is_created(page, simulator, administrator):
    name = f"Creating {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="1")
    bucket = f"made-{uuid.uuid4().hex[:8]}"
    open_dashboard(page, "Storage")
    page.get_by_role("button", name="Create a bucket").click()
    dialog = page.get_by_role("dialog", name="Create a bucket")
    dialog.get_by_label("Provider").select_option(label=name)
    assert dialog.get_by_label("Region").input_value() == "sim-1"
    dialog.get_by_label("Name").fill("Not a name!")
    dialog.locator(".notice").filter(has_text="name").wait_for()
    create = dialog.get_by_role("button", name="Create", exact=True)
    assert create.is_disabled()
    dialog.get_by_label("Name").fill(bucket)
    dialog.get_by_role("checkbox", name="Keep earlier versions").check()
    dialog.get_by_text("The dry run found nothing against it.").wait_for()
    create.dblclick()

    page.get_by_text(f"Creating {bucket}: the job has succeeded").wait_for()

    filter_by(page, bucket)
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=bucket))
    row.get_by_role("cell", name="Enabled").wait_for()
    found = administrator.data(BUCKETS, p=[provider])["buckets"]["nodes"]
    assert [each["state"] for each in found if each["name"] == bucket] == ["AVAILABLE"]


def test_a_free_volume_is_deleted_once_its_name_was_typed(page, simulator, administrator):
    name = f"Freeing {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="24")
    volumes = administrator.data(VOLUMES, p=[provider])["volumes"]["nodes"]
    free = next(volume["name"] for volume in volumes if volume["state"] == "AVAILABLE")
    used = next(volume["name"] for volume in volumes if volume["state"] == "IN_USE")
    open_dashboard(page, "Storage")
    page.get_by_role("link", name="Volumes").click()
    filter_by(page, name)
    page.get_by_role("button", name=f"Detach {used}", exact=True).wait_for()
    assert page.get_by_role("button", name=f"Delete {used}", exact=True).count() == 0
    page.get_by_role("button", name=f"Delete {free}", exact=True).click()
    dialog = page.get_by_role("dialog", name=f"Delete: {free}")
    dialog.get_by_text("The dry run found nothing against it.").wait_for()
    confirm = dialog.get_by_role("button", name="Delete", exact=True)
    assert confirm.is_disabled()
    dialog.get_by_label(f"Type {free} to confirm").fill(free)
    confirm.click()
    page.get_by_text(f"Deleting {free}: the job has succeeded").wait_for()

    left = administrator.data(VOLUMES, p=[provider])["volumes"]["nodes"]
    assert {each["state"] for each in left if each["name"] == free} <= {"DELETED"}


def test_volumes_name_their_machines_and_snapshots_their_volumes(page):
    open_dashboard(page, "Storage")
    kinds = page.get_by_role("navigation", name="Kinds of storage")
    kinds.get_by_role("link", name="Snapshots").click()
    filter_by(page, "cache-001-data-backup")
    snapshot = page.get_by_role("row").filter(has_text="cache-001-data-backup")
    snapshot.get_by_role("cell", name="cache-001-data", exact=True).wait_for()

    kinds.get_by_role("link", name="Volumes").click()
    filter_by(page, "cache-001-data")
    page.get_by_role("row").get_by_role("link", name="cache-001").click()

    page.get_by_role("heading", name="cache-001").wait_for()


def test_a_store_that_does_not_answer_is_named(page, simulator, administrator):
    name = f"Storing {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="1")
    assert administrator.data(BUCKETS, p=[provider])["buckets"]["complete"]
    credentials = [{"name": "error_rate", "value": "1"}]
    update = {"id": provider, "credentials": credentials}
    assert administrator.data(UPDATE, input=update)["updateProvider"]["errors"] == []
    assert not administrator.data(BUCKETS, p=[provider])["buckets"]["complete"]

    open_dashboard(page, "Storage")

    page.get_by_text(f"{name} sim-1 shows what was seen at").wait_for()


def test_an_empty_bucket_and_one_that_is_gone_say_so(page):
    nothing = {"nodes": [], "prefixes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    bucket = {"name": "empty", "region": "one", "provider": {"id": "p", "name": "Lab"}}
    replies = [{"bucket": {**bucket, "objects": nothing}}, {"bucket": None}]
    answer_to(page, "Objects", lambda _route: {"body": json.dumps({"data": replies[0]})})
    open_dashboard(page)
    page.goto("/#/storage?bucket=b")
    page.get_by_text("The bucket is empty.").wait_for()

    del replies[0]
    page.get_by_role("button", name="Refresh").click()

    page.get_by_text("There is no such bucket, or you may not see it.").wait_for()
