"""A change from elsewhere, or after an action, is shown without a reload."""

import uuid

from tests.functional.browser import MARKS, fill_log_in
from tests.functional.dashboard import (
    administrator,  # noqa: F401 - fixture
    filter_by,
    open_dashboard,
    page,  # noqa: F401 - fixture
    show,
    simulator,  # noqa: F401 - fixture
    somebody,  # noqa: F401 - fixture
)

pytestmark = MARKS

GRANT = """mutation ($input: GrantProviderAccessInput!) {
    grantProviderAccess(input: $input) { grant { id } errors { message } } }"""
REVOKE = """mutation ($input: RevokeProviderAccessInput!) {
    revokeProviderAccess(input: $input) { errors { message } } }"""
STOPPED = """query ($p: [ID!]) {
    virtualMachines(filter: {provider: $p, state: [STOPPED]}) { nodes { id name } } }"""
START = """mutation ($id: ID!) {
    startVirtualMachine(input: {id: $id}) { job { id } errors { message } } }"""
CANCEL = "mutation ($id: ID!) { cancelJob(input: {id: $id}) { errors { message } } }"
PEOPLE = "query ($login: String) { users(search: $login) { nodes { id login } } }"
ORDER = """mutation ($input: ProvisionVirtualMachineInput!) {
    provisionVirtualMachine(input: $input) { job { id } errors { message } } }"""
OFFERS = """query ($p: ID!) { provider(id: $p) {
    sizes { id } images { id name } } }"""


def test_a_role_that_is_given_or_taken_is_noticed(page, simulator, somebody, administrator):
    provider = simulator(f"Shared {uuid.uuid4().hex[:6]}", machines="3")
    login, password = somebody(provider)
    [user] = [
        each["id"]
        for each in administrator.data(PEOPLE, login=login)["users"]["nodes"]
        if each["login"] == login
    ]
    page.goto("/#/machines")
    fill_log_in(page, password, login)
    page.get_by_role("checkbox", name="Select all that match").check()
    actions = page.get_by_role("toolbar", name="Actions")
    actions.get_by_text("It is yours to view only.").or_(
        actions.get_by_text("All are yours to view only.")
    ).wait_for()

    given = {"provider": provider, "user": user, "role": "OPERATOR"}
    grant = administrator.data(GRANT, input=given)["grantProviderAccess"]["grant"]["id"]
    page.get_by_role("button", name="Ask the clouds now").click()
    page.wait_for_function(
        "() => !document.querySelector('[role=toolbar]').innerText.includes('view only')"
    )
    assert actions.get_by_role("button", name="Tag", exact=True).is_enabled()

    answer = administrator.data(REVOKE, input={"id": grant})["revokeProviderAccess"]
    assert answer["errors"] == []
    page.get_by_role("button", name="Ask the clouds now").click()
    page.get_by_text("No provider is connected.").wait_for()


def test_who_may_only_view_is_not_offered_what_is_refused(page, simulator, somebody, administrator):
    """Cancel and retry of a job, and the check of a provider; an operator is."""
    name = f"Viewed {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="24", boot_ms="600000")
    first, second = administrator.data(STOPPED, p=[provider])["virtualMachines"]["nodes"][:2]
    jobs = [
        administrator.data(START, id=each["id"])["startVirtualMachine"]["job"]["id"]
        for each in (first, second)
    ]
    assert administrator.data(CANCEL, id=jobs[0])["cancelJob"]["errors"] == []
    assert administrator.finished(jobs[0])["state"] == "CANCELED"

    for role in ("VIEWER", "OPERATOR"):
        login, password = somebody(provider, role)
        page.goto("/#/providers")
        fill_log_in(page, password, login)
        card = page.get_by_role("region", name=name)
        card.get_by_text(f"your role: {role.lower()}").wait_for()
        assert card.get_by_role("button", name="Check").count() == (role == "OPERATOR")
        show(page, "Jobs")
        row = page.get_by_role("row").filter(has_text=name)
        row.filter(has_text=first["name"]).filter(has_text="Canceled").wait_for()
        row.filter(has_text=second["name"]).wait_for()
        assert row.get_by_role("button", name="Events").count() == 2
        for button in ("Cancel", "Retry"):
            assert row.get_by_role("button", name=button).count() == (role == "OPERATOR")
        page.get_by_role("button", name="Log out").click()


def test_a_canceled_order_names_the_machine_that_it_has_created(page, simulator, administrator):
    provider = simulator(f"Ordered {uuid.uuid4().hex[:6]}", machines="1", boot_ms="600000")
    offers = administrator.data(OFFERS, p=provider)["provider"]
    name = f"new-{uuid.uuid4().hex[:6]}"
    order = {
        "provider": provider,
        "name": name,
        "size": offers["sizes"][0]["id"],
        "image": next(image["id"] for image in offers["images"] if "Debian" in image["name"]),
    }
    answer = administrator.data(ORDER, input=order)["provisionVirtualMachine"]
    assert answer["errors"] == []
    open_dashboard(page, "Jobs")
    filter_by(page, name)
    job = page.get_by_role("row").filter(has_text=name)
    job.get_by_role("link", name=name).wait_for()  # it is there, and boots
    job.get_by_role("button", name="Cancel").click()

    job.get_by_text(f"It has created {name}.").wait_for()

    job.get_by_role("button", name="Events").click()
    dialog = page.get_by_role("dialog", name="Provision a virtual machine")
    events = dialog.get_by_role("table", name="Events")
    for kind in ("Queued", "Running", "Canceled"):
        events.get_by_role("cell", name=kind, exact=True).first.wait_for()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    show(page, "Machines")
    filter_by(page, name)
    page.get_by_role("link", name=name).wait_for()
