"""What a view shows when the gateway refuses it, is away, or is slow."""

import json

from tests.functional.browser import MARKS
from tests.functional.dashboard import answer_to, open_dashboard, page, show  # noqa: F401 - fixture

pytestmark = MARKS

# Each view, and the operation that it cannot do without.
OPERATIONS = {
    "Storage": "Buckets",
    "Schedules": "Schedules",
    "Changes": "Changes",
    "Access": "OwnAccess",
    "Audit": "Audit",
}


def refusal(code, message):
    return {"body": json.dumps({"errors": [{"message": message, "extensions": {"code": code}}]})}


def test_a_view_that_is_throttled_says_so_and_is_asked_again(page):
    throttled = set(OPERATIONS)
    reply = refusal("RATE_LIMITED", "Wait a second.")
    for view, operation in OPERATIONS.items():
        answer_to(page, operation, lambda _route, view=view: reply if view in throttled else None)
    open_dashboard(page)
    for view in OPERATIONS:
        show(page, view)
        alert = page.get_by_role("alert").filter(has_text="Too much was asked at once.")
        alert.wait_for()
        throttled.remove(view)
        alert.get_by_role("button", name="Try again").click()
        alert.wait_for(state="detached")


def test_a_view_without_rights_says_so_and_offers_no_second_try(page):
    reply = refusal("FORBIDDEN", "Ask an administrator.")
    for operation in OPERATIONS.values():
        answer_to(page, operation, lambda _route: reply)
    open_dashboard(page)
    for view in OPERATIONS:
        show(page, view)
        page.get_by_role("alert").filter(has_text="You may not see this.").wait_for()
        assert page.get_by_role("button", name="Try again").count() == 0


def test_a_view_that_waits_says_so(page):
    held = []

    def hold(route):
        held.append(route)

    open_dashboard(page)
    page.route("**/graphql/", hold)
    for view in OPERATIONS:
        show(page, view)
        page.get_by_text("Reading …").first.wait_for()
    for route in held:
        route.continue_()


def test_offline_a_view_says_so_and_is_there_again_with_the_network(page_of):
    page = page_of(may_fail=True)
    open_dashboard(page)
    page.context.set_offline(True)
    for view in OPERATIONS:
        show(page, view)
        page.get_by_role("alert").filter(has_text="Is this computer online?").wait_for()

    page.context.set_offline(False)

    page.get_by_role("alert").wait_for(state="detached")  # of the last view, without a click
