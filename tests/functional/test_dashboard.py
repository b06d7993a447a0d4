"""The dashboard as an operator meets it: a gateway with its demo clouds, and a real browser."""

import json
import re
import uuid

import pytest

from tests.functional.browser import MARKS, fill_log_in
from tests.functional.dashboard import (
    DESKTOP,
    PHONE,
    SESSION_KEY,
    VIEWS,
    administrator,  # noqa: F401 - fixture
    filter_by,
    log_in,
    open_dashboard,
    page,  # noqa: F401 - fixture
    show,
    simulator,  # noqa: F401 - fixture
)

pytestmark = MARKS

UPDATE = """mutation ($input: UpdateProviderInput!) {
    updateProvider(input: $input) { errors { message } } }"""


def row(page, name):
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def count_of_rows(page):
    return page.locator("tbody tr:not(.spacer)").count()


def test_the_overview_counts_the_machines_of_all_clouds(page):
    open_dashboard(page)

    by_provider = page.get_by_role("region", name="By provider")
    for name in ("Demo AWS", "Demo AWS research", "Demo simulator"):
        by_provider.get_by_role("link", name=name, exact=True).wait_for()
    machines = page.get_by_role("main").get_by_role("link", name=re.compile("machines$"))
    machines.filter(has_text=re.compile(r"^\d\d")).wait_for()

    by_provider.get_by_role("link", name="Demo simulator").click()

    page.get_by_role("heading", name="Machines").wait_for()
    assert "only=Demo+simulator" in page.url


def test_a_machine_is_stopped_and_its_state_changes_without_a_reload(page, simulator):
    name = f"Stopping {uuid.uuid4().hex[:6]}"
    simulator(name, machines="6", boot_ms="200")
    open_dashboard(page, "Machines")
    filter_by(page, f"{name} running")
    running = page.get_by_role("row").filter(has_text="Running").first
    machine = running.get_by_role("link").inner_text()

    page.get_by_role("checkbox", name=f"Select {machine}", exact=True).check()
    page.get_by_role("button", name="Stop", exact=True).click()
    dialog = page.get_by_role("dialog", name=f"Stop {machine}")
    dialog.get_by_role("listitem").filter(has_text=machine).wait_for()  # of the dry run
    dialog.get_by_text("Volumes are included.").wait_for()  # they were not read before
    dialog.get_by_role("button", name=f"Stop {machine}").click()
    page.get_by_text("the job has succeeded").wait_for()
    filter_by(page, f"{name} {machine}")  # the demo may have one of the same name

    row(page, machine).filter(has_text="Stopped").wait_for()
    show(page, "Jobs")
    succeeded = page.get_by_role("row").filter(has_text=machine).filter(has_text="Succeeded")
    succeeded.first.wait_for()


def test_what_is_undone_is_not_submitted(page, simulator, administrator):
    name = f"Undone {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="3")
    open_dashboard(page, "Machines")
    filter_by(page, name)
    page.get_by_role("row").nth(3).wait_for()
    page.get_by_role("checkbox", name="Select all that match").check()
    page.get_by_role("button", name="Terminate").click()
    dialog = page.get_by_role("dialog", name="Terminate 3 machines")
    confirm = dialog.get_by_role("button", name="Terminate 3 machines")
    dialog.get_by_label("Type 3 to confirm").fill("2")
    assert confirm.is_disabled()
    dialog.get_by_label("Type 3 to confirm").fill("3")
    confirm.click()

    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Terminating 3 machines").wait_for(state="detached")
    page.wait_for_timeout(6_000)  # longer than the time in which it would have been sent

    query = "query ($p: [ID!]) { jobs(filter: {provider: $p}) { totalCount } }"
    assert administrator.data(query, p=[provider])["jobs"]["totalCount"] == 0


def test_what_is_confirmed_is_what_was_chosen(page, simulator, administrator):
    """One of two chosen machines stops while the dialog is open, and the filter hides it."""
    name = f"Chosen {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="12", boot_ms="100")
    running = """query ($p: [ID!]) { virtualMachines(filter: {provider: $p, state: [RUNNING]}) {
        nodes { id name } } }"""
    open_dashboard(page, "Machines")
    filter_by(page, name)
    page.get_by_role("combobox", name="State").select_option("RUNNING")
    page.get_by_role("row").nth(2).wait_for()
    first, second, *_ = administrator.data(running, p=[provider])["virtualMachines"]["nodes"]
    for machine in (first, second):
        page.get_by_role("checkbox", name=f"Select {machine['name']}", exact=True).check()
    page.get_by_role("button", name="Terminate").click()
    dialog = page.get_by_role("dialog", name="Terminate 2 machines")
    dialog.get_by_label("Type 2 to confirm").wait_for()

    stop = "mutation ($id: ID!) { stopVirtualMachine(input: {id: $id}) { job { id } } }"
    administrator.finished(
        administrator.data(stop, id=first["id"])["stopVirtualMachine"]["job"]["id"]
    )
    page.locator("tbody").get_by_role("link", name=first["name"], exact=True).wait_for(
        state="detached"
    )

    dialog.get_by_label("Type 2 to confirm").wait_for()
    dialog.get_by_role("button", name="Terminate 2 machines").wait_for()
    dialog.get_by_role("button", name="Close", exact=True).last.click()


def test_the_rows_of_a_cloud_that_fails_are_marked(page, simulator, administrator):
    name = f"Failing {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="4")
    open_dashboard(page, "Machines")
    filter_by(page, name)
    page.get_by_role("row").nth(4).wait_for()

    credentials = [{"name": "error_rate", "value": "1"}]
    update = {"id": provider, "credentials": credentials}
    assert administrator.data(UPDATE, input=update)["updateProvider"]["errors"] == []
    page.get_by_role("button", name="Ask the clouds now").click()

    page.get_by_text(f"{name} sim-1 shows what was seen at").wait_for()
    assert page.locator("tr.stale").count() == 4
    page.get_by_role("switch", name="Problems only").check()
    filter_by(page, "")
    page.get_by_role("status").filter(has_text="4 machines").wait_for()
    assert "problems=1" in page.url
    filter_by(page, "Demo AWS")  # those answer
    page.get_by_text("No machine that matches has a problem.").wait_for()


def test_columns_are_chosen_by_keys_and_kept(page):
    open_dashboard(page, "Machines")
    table = page.get_by_role("table", name="Machines")
    table.get_by_role("columnheader", name="Tags").wait_for()
    costs = table.locator("td.column-cost")
    costs.filter(has_text="not known").first.wait_for()
    assert "" not in costs.all_inner_texts()  # an empty one could be read as nothing to pay
    menu = page.get_by_text("Columns", exact=True)
    menu.focus()
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="Tags").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    table.get_by_role("columnheader", name="Tags").wait_for(state="detached")

    page.reload()

    table.get_by_role("columnheader", name="Region").wait_for()
    assert table.get_by_role("columnheader", name="Tags").count() == 0
    menu.click()
    page.get_by_role("button", name="Usual columns").click()
    table.get_by_role("columnheader", name="Tags").wait_for()
    page.get_by_role("heading", name="Machines").click()
    page.get_by_role("button", name="Usual columns").wait_for(state="hidden")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys").get_by_text("Filter the list").wait_for()


def test_ten_thousand_machines_are_few_rows_and_each_can_be_found(page, simulator):
    name = f"Many {uuid.uuid4().hex[:6]}"
    simulator(name, deadline_ms=60_000, machines="10000")
    open_dashboard(page, "Machines")
    filter_by(page, name)
    page.get_by_role("status").filter(has_text="10,000 machines").wait_for(timeout=120_000)
    assert 10 < count_of_rows(page) <= 60

    page.get_by_role("group", name="Machines").evaluate("frame => frame.scrollTo(0, 1e7)")
    page.locator('tr[aria-rowindex="10001"]').wait_for()
    last = page.locator('tr[aria-rowindex="10001"]').get_by_role("link").inner_text()
    assert count_of_rows(page) <= 60

    filter_by(page, f"{name} {last}")
    row(page, last).first.wait_for()


def test_a_reload_and_a_second_tab_stay_logged_in(page):
    log_in(page)
    show(page, "Machines")
    page.reload()
    page.get_by_role("heading", name="Machines").wait_for()

    second = page.context.new_page()
    second.goto("/")
    second.get_by_role("heading", name="Overview").wait_for()
    page.get_by_role("button", name="Log out").click()

    for each in (page, second):
        each.get_by_role("button", name="Log in").wait_for()
    assert page.evaluate(f"localStorage.getItem('{SESSION_KEY}')") is None


def test_an_expired_token_is_renewed_and_tabs_do_not_log_each_other_out(page):
    log_in(page)
    second = page.context.new_page()
    second.goto("/#/jobs")
    second.get_by_role("heading", name="Jobs").wait_for()
    before = session(page)

    page.evaluate(
        """key => {
          const session = JSON.parse(localStorage.getItem(key));
          localStorage.setItem(key, JSON.stringify({ ...session, expiresAt: 0 }));
        }""",
        SESSION_KEY,
    )
    page.reload()
    second.reload()

    page.get_by_role("region", name="By provider").get_by_role("link").first.wait_for()
    second.get_by_role("heading", name="Jobs").wait_for()
    # Two access tokens of the same second may be equal.
    assert session(page)["refreshToken"] != before["refreshToken"]
    assert session(page) == session(second)


def test_who_comes_back_when_the_session_has_ended_logs_in_again(page, administrator):
    log_in(page)
    page.evaluate(
        """key => {
          const session = JSON.parse(localStorage.getItem(key));
          const ended = { ...session, expiresAt: 0, refreshToken: "gone" };
          localStorage.setItem(key, JSON.stringify(ended));
        }""",
        SESSION_KEY,
    )

    page.reload()

    page.get_by_role("status").filter(has_text="Your session has ended").wait_for()
    fill_log_in(page)
    page.get_by_role("heading", name="Overview").wait_for()


def session(page):
    return json.loads(page.evaluate(f"localStorage.getItem('{SESSION_KEY}')"))


def test_a_provider_is_connected_checked_and_disconnected(page):
    name = f"Connected {uuid.uuid4().hex[:6]}"
    open_dashboard(page, "Providers")
    page.get_by_role("button", name="Connect a provider").click()
    dialog = page.get_by_role("dialog", name="Connect a provider")
    dialog.get_by_label("Kind").select_option("simulator")
    dialog.get_by_label("Name", exact=True).fill(name)
    dialog.get_by_text("Optional").click()
    dialog.get_by_label("Seed").fill(name)
    dialog.get_by_role("button", name="Connect").click()

    card = page.get_by_role("region", name=name)
    card.get_by_role("row").filter(has_text="sim-1").wait_for()
    card.get_by_text("The cloud accepts the credentials.").wait_for()  # checked at once
    with page.expect_response("**/graphql/"):
        card.get_by_role("button", name="Check").click()
    card.get_by_text("The cloud accepts the credentials.").wait_for()

    card.get_by_role("button", name="Disconnect").click()
    leaving = page.get_by_role("dialog", name=f"Disconnect {name}")
    leaving.get_by_label(f"Type {name} to confirm").fill(name)
    leaving.get_by_role("button", name="Disconnect").click()
    card.wait_for(state="detached")


def test_the_keyboard_alone_finds_a_machine(page):
    open_dashboard(page, "Machines")
    page.get_by_role("row").nth(5).wait_for()
    page.keyboard.press("/")
    page.keyboard.type("cache-001")
    found = row(page, "cache-001")
    found.wait_for()
    assert "q=cache-001" in page.url
    tags = found.locator(".column-tags")
    assert tags.get_attribute("title") == tags.inner_text() != ""  # it may be cut off

    address = found.locator(".column-addresses").inner_text()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Go to").fill(address)
    page.get_by_role("option", name="cache-001").filter(has_text=address).wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Go to").fill("cache-005")
    page.get_by_role("option", name="cache-005").wait_for()
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="cache-005").wait_for()
    machines = page.get_by_role("navigation").get_by_role("link", name="Machines", exact=True)
    assert machines.get_attribute("aria-current") == "true"


@pytest.fixture
def axe():
    return pytest.importorskip("axe_playwright_python.sync_playwright").Axe()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_view_has_a_serious_fault_of_accessibility(axe, page_of, scheme, size):
    page = page_of(color_scheme=scheme, bypass_csp=True, **size)
    page.goto("/")
    found = {"Log in": serious(axe.run(page))}
    fill_log_in(page)
    for view in VIEWS:
        show(page, view)
        page.get_by_text(re.compile("answering|being asked")).wait_for(state="detached")
        found[view] = serious(axe.run(page))
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["viewport"]["width"], f"{view} is wider than the window"

    assert found == {view: [] for view in ["Log in", *VIEWS]}


def serious(results):
    return [
        f"{violation['id']}: {violation['nodes'][0]['html']}"
        for violation in results.response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
