"""Machines are ordered from the dashboard: once each, whatever happens to clicks and answers."""

import uuid

import pytest

from tests.functional.browser import MARKS, fill_log_in
from tests.functional.dashboard import (
    administrator,  # noqa: F401 - fixture
    answer_to,
    filter_by,
    open_dashboard,
    page,  # noqa: F401 - fixture
    show,
    simulator,  # noqa: F401 - fixture
    somebody,  # noqa: F401 - fixture
)

pytestmark = MARKS
# A text that is there for five seconds may be gone before a busy machine looks for it.
NOTE_WHEN_SHOWN = """text => new MutationObserver(() => {
    window.wasShown ||= document.body.innerText.includes(text);
}).observe(document.body, {childList: true, subtree: true, characterData: true})"""

JOBS = "query ($p: [ID!]) { jobs(filter: {provider: $p}) { totalCount nodes { id state } } }"
MACHINES = """query ($p: [ID!]) {
    virtualMachines(filter: {provider: $p}) { nodes { name tags { key value } } } }"""


@pytest.fixture
def cloud(simulator):
    name = f"Ordering {uuid.uuid4().hex[:6]}"
    return name, simulator(name, machines="0", boot_ms="100")


def fill_order(page, provider, name, count=1):
    page.get_by_label("Provider").select_option(label=f"{provider} (Simulator)")
    page.get_by_role("listbox", name="Size").select_option(
        label="sim.small: $11.68 a month, 1 CPU, 2 GiB memory, 20 GB disk"
    )
    page.get_by_role("listbox", name="Image").select_option(label="Debian 12")
    page.get_by_label("Name").fill(name)
    page.get_by_label("How many").fill(str(count))


def check(page, machines="1 machine"):
    page.get_by_role("button", name="Check the order").click()
    return page.get_by_role("dialog", name=f"Order {machines}")


def finished(administrator, provider):
    """Wait for the end of all jobs; returns their number. An order of several has child jobs."""
    jobs = administrator.data(JOBS, p=[provider])["jobs"]
    for job in jobs["nodes"]:
        assert administrator.finished(job["id"])["state"] == "SUCCEEDED"
    return jobs["totalCount"]


def test_machines_are_ordered_from_the_form_and_a_double_click_orders_once(
    page, cloud, administrator
):
    name, provider = cloud
    open_dashboard(page, "Provision")
    fill_order(page, name, "web", count=2)
    page.get_by_text("2 machines: $0.0320 an hour, $23.36 a month, without volumes").wait_for()
    page.get_by_text("Tags and a script").click()
    page.get_by_label("Tags").fill("team=blue")
    dialog = check(page, "2 machines")
    dialog.get_by_text(
        f"web-1 to web-2 at {name}, region sim-1: sim.small with Debian 12"
    ).wait_for()
    dialog.get_by_text("The simulated cloud would accept it.").wait_for()
    cost = dialog.get_by_text("Cost a month: $0.00 → $23.36.")
    assert "licence of the image are not in it" in cost.inner_text()
    assert administrator.data(JOBS, p=[provider])["jobs"]["totalCount"] == 0

    dialog.get_by_role("button", name="Order 2 machines").dblclick()

    page.get_by_text("Ordering 2 machines: the job has succeeded.").wait_for()
    assert finished(administrator, provider) == 1 + 2
    machines = administrator.data(MACHINES, p=[provider])["virtualMachines"]["nodes"]
    assert sorted(machine["name"] for machine in machines) == ["web-1", "web-2"]
    assert all({"key": "team", "value": "blue"} in machine["tags"] for machine in machines)
    show(page, "Jobs")
    page.get_by_role("row").filter(has_text="web-1, web-2").filter(has_text=name).wait_for()
    show(page, "Machines")
    filter_by(page, f"{name} web-2")
    page.get_by_role("link", name="web-2").wait_for()


def test_a_lost_answer_a_second_try_and_back_order_once(page, cloud, administrator):
    """The gateway has the order, and its answer is lost. It is sent again, and entered again."""
    name, provider = cloud
    lost = []

    def lose_first(route):
        if route.request.post_data_json["variables"]["input"].get("dryRun") or lost:
            return None
        lost.append(route.fetch())
        return {"status": 200, "body": ""}

    sent = answer_to(page, "Provision", lose_first)
    open_dashboard(page, "Provision")
    fill_order(page, name, "lost")
    dialog = check(page)
    dialog.get_by_text("The dry run found nothing against this order.").wait_for()
    page.keyboard.press("Enter")  # the button that orders has the focus
    page.get_by_text("Ordering 1 machine failed.").wait_for()
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("link", name="Show jobs").click()
    page.get_by_role("heading", name="Jobs").wait_for()

    page.go_back()
    assert page.get_by_label("Name").input_value() == "lost"
    dialog = check(page)
    dialog.get_by_text("You have sent exactly this order before.").wait_for()
    more = dialog.get_by_role("checkbox", name="Order 1 machine more")
    more.focus()
    page.keyboard.press("Enter")  # checks the box, and submits nothing
    assert more.is_checked()
    more.uncheck()
    page.evaluate(NOTE_WHEN_SHOWN, "Ordering 1 machine in 5 seconds")
    dialog.get_by_role("button", name="Send again").click()
    page.get_by_text("Ordering 1 machine: the job has succeeded.").wait_for()

    assert page.evaluate("window.wasShown")
    assert finished(administrator, provider) == 1
    keys = {variables["input"].get("idempotencyKey") for variables in sent} - {None}
    assert len(keys) == 1


def test_an_order_that_is_refused_says_why_and_cannot_be_sent(page, cloud):
    name, _ = cloud
    open_dashboard(page, "Provision")
    fill_order(page, name, "web")
    page.get_by_text("Tags and a script").click()
    page.get_by_label("Tags").fill("=value without a key")

    dialog = check(page)

    dialog.get_by_role("alert").filter(has_text="The dry run failed.").wait_for()
    assert dialog.get_by_role("button", name="Order 1 machine").is_disabled()


def test_who_may_only_view_is_told_whom_to_ask(page, cloud, somebody):
    _, provider = cloud
    login, password = somebody(provider)

    page.goto("/#/provision")
    fill_log_in(page, password, login)

    page.get_by_text("You cannot order machines at any of your providers").wait_for()
