"""Tasks of operators that an earlier dashboard did not do, or hid."""

import uuid

from tests.functional.browser import MARKS
from tests.functional.dashboard import (
    administrator,  # noqa: F401 - fixture
    filter_by,
    open_dashboard,
    page,  # noqa: F401 - fixture
    show,
    simulator,  # noqa: F401 - fixture
)

pytestmark = MARKS

MACHINES = """query ($p: [ID!]) { virtualMachines(filter: {provider: $p}, maxAge: 0) {
    nodes { name state tags { key value } } } }"""
VOLUMES = """query ($p: [ID!]) { volumes(filter: {provider: $p}, maxAge: 0) {
    nodes { name state machine { name } } } }"""
SNAPSHOTS = """query ($p: [ID!]) { snapshots(filter: {provider: $p}, maxAge: 0) {
    nodes { name volume { name } } } }"""


def machines(administrator, provider):
    return administrator.data(MACHINES, p=[provider])["virtualMachines"]["nodes"]


def test_machines_without_a_tag_are_found_and_tagged(page, simulator, administrator):
    name = f"Untagged {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="6", boot_ms="100")
    key = f"owner-{uuid.uuid4().hex[:6]}"
    open_dashboard(page, "Machines")
    filter_by(page, f"{name} -{key}=")
    page.get_by_text("6 machines", exact=True).wait_for()
    for position in range(2):
        page.get_by_role("checkbox", name="Select ").nth(position + 1).check()
    page.get_by_role("button", name="Tag", exact=True).click()
    page.keyboard.type(key)
    page.keyboard.press("Tab")
    page.keyboard.type("ada")
    page.keyboard.press("Enter")
    page.get_by_text("The dry run allows it for 2 of 2 machines.").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("the jobs have succeeded").wait_for()

    page.get_by_text("4 machines", exact=True).wait_for()
    tagged = [
        m for m in machines(administrator, provider) if {"key": key, "value": "ada"} in m["tags"]
    ]
    assert len(tagged) == 2

    filter_by(page, name)
    page.get_by_role("combobox", name="Group by").select_option(f"tag:{key}")
    page.get_by_role("button", name="ada", exact=True).click()
    page.get_by_text("2 machines", exact=True).wait_for()
    page.get_by_role("button", name=f"(no tag {key})").click()
    page.get_by_text("4 machines", exact=True).wait_for()


def test_of_a_mixed_choice_the_able_machines_are_stopped_by_the_keyboard(
    page, simulator, administrator
):
    name = f"Mixed {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="24", boot_ms="100")
    found = machines(administrator, provider)
    running = sum(machine["state"] == "RUNNING" for machine in found)
    assert 0 < running < len(found)
    open_dashboard(page, "Machines")
    filter_by(page, name)
    page.get_by_text(f"{len(found)} machines", exact=True).wait_for()
    page.get_by_role("checkbox", name="Select all that match").check()
    page.get_by_role("button", name=f"Stop {running} of {len(found)}").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=f"Stop {running} machines")
    dialog.get_by_text("Cost a month").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("the job has succeeded").wait_for()

    states = {machine["state"] for machine in machines(administrator, provider)}
    assert "STOPPED" in states
    assert "RUNNING" not in states

    show(page, "Jobs")  # one row, which opens
    filter_by(page, name)
    rows = page.get_by_role("row").filter(has_text=name)
    rows.first.wait_for()
    assert rows.count() == 1
    rows.get_by_role("button", name=f"Show {running} parts").click()
    rows.nth(running).wait_for()


def test_a_volume_is_attached_and_a_snapshot_is_taken_of_it(page, simulator, administrator):
    name = f"Volumes {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="24", boot_ms="100")
    volumes = administrator.data(VOLUMES, p=[provider])["volumes"]["nodes"]
    free = next(volume for volume in volumes if volume["state"] == "AVAILABLE")
    open_dashboard(page, "Machines")
    filter_by(page, name)
    page.get_by_text("24 machines", exact=True).wait_for()
    show(page, "Storage")
    page.get_by_role("link", name="Volumes").click()
    filter_by(page, f"{name} {free['name']}")
    page.get_by_role("button", name=f"Attach {free['name']}").click()
    dialog = page.get_by_role("dialog", name=f"Attach: {free['name']}")
    dialog.get_by_label("Machine").select_option(index=1)
    chosen = dialog.get_by_label("Machine").locator("option:checked").inner_text()
    dialog.get_by_text("The dry run found nothing against it.").wait_for()
    dialog.get_by_role("button", name="Attach", exact=True).click()
    page.get_by_text(f"Attaching {free['name']}: the job has succeeded").wait_for()
    row = page.get_by_role("row").filter(has_text=free["name"])
    row.get_by_role("link", name=chosen, exact=True).wait_for()

    row.get_by_role("button", name=f"Snapshot {free['name']}").click()
    dialog = page.get_by_role("dialog", name=f"Snapshot: {free['name']}")
    dialog.get_by_label("Name of the snapshot").fill("before-upgrade")
    dialog.get_by_text("The dry run found nothing against it.").wait_for()
    dialog.get_by_role("button", name="Snapshot", exact=True).click()
    page.get_by_text(f"snapshot of {free['name']}: the job has succeeded").wait_for()

    after = administrator.data(VOLUMES, p=[provider])["volumes"]["nodes"]
    attached = next(volume for volume in after if volume["name"] == free["name"])
    assert (attached["state"], attached["machine"]["name"]) == ("IN_USE", chosen)
    snapshots = administrator.data(SNAPSHOTS, p=[provider])["snapshots"]["nodes"]
    assert {"name": "before-upgrade", "volume": {"name": free["name"]}} in snapshots


def test_a_provider_that_was_connected_elsewhere_is_named(page, simulator):
    open_dashboard(page)
    page.get_by_role("region", name="By provider").get_by_role("link").first.wait_for()
    name = f"Elsewhere {uuid.uuid4().hex[:6]}"
    simulator(name, machines="3")
    show(page, "Machines")
    page.get_by_role("button", name="Ask the clouds now").click()
    page.get_by_role("cell", name=name).first.wait_for()

    show(page, "Overview")
    page.get_by_role("region", name="By provider").get_by_role("link", name=name).click()
    page.get_by_text("3 machines", exact=True).wait_for()


def test_a_failing_source_is_fixed_and_the_query_of_its_machines_runs_in_graphiql(page, simulator):
    name = f"Failing {uuid.uuid4().hex[:6]}"
    simulator(name, machines="3", error_rate="1")
    open_dashboard(page, "Providers")
    card = page.get_by_role("region", name=name, exact=True)
    card.get_by_text("the simulated cloud failed").wait_for()
    # It comes first, since it fails, and stays there while it is worked on.
    page.locator("section.card").first.get_by_role("heading", name=name).wait_for()
    card.get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog", name=f"Edit {name}")
    dialog.get_by_label("Name").fill(f"{name} B")
    dialog.get_by_label("Error rate").fill("0")
    dialog.get_by_role("button", name="Save").click()
    card = page.get_by_role("region", name=f"{name} B")
    card.get_by_text("The cloud accepts the credentials.").wait_for()
    card.get_by_text("Live", exact=True).wait_for()
    assert page.locator("section.card").first.get_attribute("aria-label") == f"{name} B"

    show(page, "Machines")
    filter_by(page, f"{name.lower()} -nothing")
    page.get_by_text("3 machines", exact=True).wait_for()
    page.get_by_role("button", name="Query").click()
    page.get_by_role("link", name="Open in GraphiQL").click()
    page.get_by_role("region", name="Query Editor").get_by_text("virtualMachines").wait_for()
    with page.expect_response("**/graphql/") as reply:
        page.keyboard.press("Control+Enter")
        page.get_by_text('"totalCount": 3').wait_for()
    assert "#" not in page.url
    assert reply.value.ok
