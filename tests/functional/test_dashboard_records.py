"""Changes and the audit in the dashboard."""

import uuid
from urllib.parse import quote, unquote

from tests.functional.browser import MARKS, fill_log_in
from tests.functional.dashboard import (
    PHONE,
    administrator,  # noqa: F401 - fixture
    filter_by,
    open_dashboard,
    page,  # noqa: F401 - fixture
    show,
    simulator,  # noqa: F401 - fixture
    somebody,  # noqa: F401 - fixture
)

pytestmark = MARKS

RUNNING = """query ($p: [ID!]) { virtualMachines(filter: {provider: $p, state: [RUNNING]}) {
    nodes { id name } } }"""
STOP = "mutation ($id: ID!) { stopVirtualMachine(input: {id: $id}) { job { id } } }"

DRY_RUN = """mutation ($id: ID!) { rebootVirtualMachine(input: {id: $id, dryRun: true}) {
    dryRun { allowed } } }"""


def test_changes_are_filtered_by_provider_field_and_words(page, simulator, administrator):
    name = f"Changing {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="6", boot_ms="100")
    machine = administrator.data(RUNNING, p=[provider])["virtualMachines"]["nodes"][0]
    job = administrator.data(STOP, id=machine["id"])["stopVirtualMachine"]["job"]["id"]
    assert administrator.finished(job)["state"] == "SUCCEEDED"
    open_dashboard(page, "Changes")

    page.get_by_role("combobox", name="Provider").select_option(label=name)
    page.get_by_role("combobox", name="Field").select_option("state")
    change = page.get_by_role("row").filter(has_text=machine["name"]).filter(has_text="STOPPED")
    change.first.wait_for()

    filter_by(page, "no such machine")
    page.get_by_text("No change matches.").wait_for()
    filter_by(page, machine["name"])
    change.filter(has_text="admin").first.get_by_role("link", name="Stop").click()
    page.wait_for_url(lambda url: f"job={quote(job)}" in url)
    page.locator("tr.marked").filter(has_text=machine["name"]).wait_for()
    page.go_back()
    change.first.get_by_role("link", name=machine["name"]).click()
    page.get_by_role("heading", name=machine["name"]).wait_for()
    history = page.get_by_role("table", name="Changes").get_by_role("row")
    history.filter(has_text="STOPPED").filter(has_text="admin").wait_for()
    page.go_back()
    assert page.get_by_role("combobox", name="Provider").input_value() == provider

    show(page, "Overview")
    latest = page.get_by_role("region", name="Latest changes")
    latest.get_by_role("listitem").filter(has_text=machine["name"]).filter(
        has_text="STOPPED"
    ).first.wait_for()


def test_the_audit_names_what_was_done_and_its_arguments(page, simulator):
    name = f"Audited {uuid.uuid4().hex[:6]}"
    simulator(name, machines="1")
    open_dashboard(page, "Audit")
    page.get_by_role("combobox", name="Kind").select_option("MUTATION")
    page.get_by_role("searchbox", name="Action").fill("connectProvider")
    page.keyboard.press("Enter")

    event = page.get_by_role("row").filter(has_text=name)
    event.get_by_role("button", name="connectProvider").click()

    dialog = page.get_by_role("dialog", name="connectProvider")
    dialog.get_by_text('"kind": "simulator"').wait_for()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert "action=connectProvider" in page.url
    page.get_by_role("button", name="Query").click()
    query = page.get_by_role("dialog", name="The query of this view")
    query.get_by_text('kind: [MUTATION], action: ["connectProvider"]').wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="Kind").select_option("COMMAND")
    page.get_by_text("No event matches.").wait_for()


def test_the_audit_names_who_was_given_which_role(page, simulator, somebody):
    name = f"Shared {uuid.uuid4().hex[:6]}"
    login, _password = somebody(simulator(name, machines="1"), role="OPERATOR")
    open_dashboard(page, "Audit")
    page.get_by_role("searchbox", name="Action").fill("grantProviderAccess")
    page.keyboard.press("Enter")

    page.get_by_role("row").filter(has_text=f"OPERATOR on {name} for {login}").wait_for()


def test_a_phone_shows_the_hints_of_the_audit_in_full(page_of):
    page = page_of(**PHONE)
    open_dashboard(page, "Audit")
    page.get_by_role("table", name="Events").wait_for()

    for label in ("Action", "Object"):
        field = page.get_by_role("searchbox", name=label)
        shown, needed = field.evaluate(
            """field => {
              const style = getComputedStyle(field);
              const context = document.createElement("canvas").getContext("2d");
              context.font = style.font;
              const sides = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
              return [field.clientWidth - sides, context.measureText(field.placeholder).width];
            }"""
        )
        assert needed <= shown, label


def test_the_audit_shows_who_did_what_to_a_machine(page, simulator, administrator):
    name = f"Watched {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="24", boot_ms="100")
    first, second, *_ = administrator.data(RUNNING, p=[provider])["virtualMachines"]["nodes"]
    administrator.data(DRY_RUN, id=first["id"])
    for machine in (first, second):
        job = administrator.data(STOP, id=machine["id"])["stopVirtualMachine"]["job"]["id"]
        assert administrator.finished(job)["state"] == "SUCCEEDED"
    open_dashboard(page)
    page.goto(f"/#/machine?id={quote(first['id'])}")
    page.get_by_role("main").get_by_role("link", name="Audit", exact=True).click()
    page.get_by_role("button", name="Show all objects").wait_for()
    page.get_by_text("1 event", exact=True).wait_for()
    page.get_by_role("cell", name="stopVirtualMachine").wait_for()
    assert "object=" in page.url

    dry_runs = page.get_by_role("switch", name="Dry runs")
    dry_runs.check()
    page.get_by_text("2 events", exact=True).wait_for()
    dry_runs.uncheck()
    page.get_by_text("1 event", exact=True).wait_for()

    page.get_by_role("button", name="Show all objects").click()
    page.get_by_role("searchbox", name="Object").fill(second["name"].upper())
    page.keyboard.press("Enter")
    page.get_by_role("combobox", name="Kind").select_option("MUTATION")
    event = page.get_by_role("row").filter(has_text="stopVirtualMachine")
    event.get_by_role("button", name=f"Show all about {second['name']}").first.click()
    page.get_by_role("button", name="Show all objects").filter(has_text=second["name"]).wait_for()
    page.get_by_text("1 event", exact=True).wait_for()
    event.get_by_role("button", name="Show what admin did").click()
    user = page.get_by_role("combobox", name="User")
    assert user.locator("option:checked").inner_text() == "admin"
    page.get_by_role("combobox", name="Period").select_option("1")
    event.wait_for()

    page.reload()

    event.wait_for()
    assert user.input_value() in unquote(page.url)
    page.get_by_role("button", name="Query").click()
    query = page.get_by_role("dialog", name="The query of this view")
    query.get_by_text(f'object: ["{second["id"]}"]').wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="Period").select_option("own")
    page.get_by_label("Until").fill("2026-01-01T00:00")
    page.get_by_text("No event matches.").wait_for()
    page.get_by_label("Until").fill("2126-01-01T00:00")
    event.wait_for()


def test_the_audit_is_for_superusers(page, somebody):
    login, password = somebody()
    page.goto("/")
    fill_log_in(page, password, login)
    show(page, "Audit")
    page.get_by_role("alert").filter(has_text="You may not see this.").wait_for()
    assert page.get_by_role("button", name="Try again").count() == 0


def test_a_phone_shows_all_columns_of_the_changes(page_of, simulator, administrator):
    name = f"A cloud with a long name {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="24", boot_ms="100")
    machine = administrator.data(RUNNING, p=[provider])["virtualMachines"]["nodes"][0]
    job = administrator.data(STOP, id=machine["id"])["stopVirtualMachine"]["job"]["id"]
    assert administrator.finished(job)["state"] == "SUCCEEDED"
    page = page_of(**PHONE)
    open_dashboard(page)
    page.goto(f"/#/changes?provider={quote(provider)}")
    table = page.get_by_role("group", name="Changes")
    table.get_by_role("row").filter(has_text="admin").first.wait_for()

    for width in (390, 360):
        page.set_viewport_size({"width": width, "height": 844})
        shown, needed = table.evaluate("frame => [frame.clientWidth, frame.scrollWidth]")
        assert needed <= shown, width
        heads = [head.bounding_box() for head in table.get_by_role("columnheader").all()]
        assert len(heads) == 5
        assert min(head["width"] for head in heads) > width / 8  # none has only an ellipsis
        assert width - 20 <= heads[-1]["x"] + heads[-1]["width"] <= width
