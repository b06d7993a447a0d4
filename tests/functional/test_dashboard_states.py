"""Views when the gateway refuses them, is away, or is slow."""

import json
import re

import pytest

from tests.functional.browser import MARKS
from tests.functional.dashboard import (
    DESKTOP,
    answer_to,
    open_dashboard,
    page,  # noqa: F401 - fixture
    show,
)

pytestmark = MARKS

# Each view, and the operation that it cannot do without.
OPERATIONS = {
    "Storage": "Buckets",
    "Schedules": "Schedules",
    "Changes": "Changes",
    "Access": "OwnAccess",
    "Audit": "Audit",
}
# Views that show data which the page reads once for all views: the view, and one such query.
SHARED = [
    ("Overview", "MonthlyCost"),
    ("Overview", "LatestChanges"),
    ("Overview", "NewestJobs"),
    ("Overview", "Providers"),
    ("Machines", "Providers"),
    ("Provision", "Providers"),
    ("Providers", "Providers"),
    ("Jobs", "NewestJobs"),
]
# Texts that a view shows for an empty answer, and must not show when there is no answer.
CLAIMS = {
    "MonthlyCost": r"\$0\.00",
    "LatestChanges": "No change was",
    "NewestJobs": "No job (is in progress|was submitted)",
    "Providers": "No provider is connected|0 providers|list no machine",
}
# Each view, the subscription that fills it, and its name there.
STREAMS = [
    ("Overview", "MachinesBySource", "The list of machines"),
    ("Overview", "JobUpdates", "The jobs' progress"),
    ("Machines", "MachinesBySource", "The list of machines"),
    ("Providers", "MachinesBySource", "The list of machines"),
    ("Containers", "ContainersBySource", "The list of containers"),
    ("Jobs", "JobUpdates", "The jobs' progress"),
]


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


@pytest.mark.parametrize(("view", "operation"), SHARED)
def test_what_views_share_is_asked_again_when_it_is_throttled(page, view, operation):
    throttled = [refusal("RATE_LIMITED", "Wait a second.")]
    answer_to(page, operation, lambda _route: throttled[0] if throttled else None)
    open_dashboard(page, view)
    alert = page.get_by_role("alert").filter(has_text="Too much was asked at once.")
    alert.wait_for()
    assert page.get_by_text(re.compile(CLAIMS[operation])).count() == 0
    throttled.clear()

    alert.get_by_role("button", name="Try again").click()

    alert.wait_for(state="detached")


@pytest.mark.parametrize(("view", "operation"), SHARED)
def test_what_views_share_offers_no_second_try_without_rights(page, view, operation):
    answer_to(page, operation, lambda _route: refusal("FORBIDDEN", "Ask an administrator."))
    open_dashboard(page, view)
    page.get_by_role("alert").filter(has_text="You may not see this.").wait_for()
    assert page.get_by_role("button", name="Try again").count() == 0
    assert page.get_by_text(re.compile(CLAIMS[operation])).count() == 0


def refuse_stream(page, operation, refused):
    """Refuses a subscription, while ``refused`` has a status and a reply, as the gateway does."""
    asked = []

    def handle(route):
        query = (route.request.post_data_json or {}).get("query", "")
        if route.request.method != "POST" or not re.match(rf"\s*subscription {operation}\b", query):
            return route.fallback()
        asked.append(query)
        if not refused:
            return route.continue_()
        status, reply = refused[0]
        return route.fulfill(status=status, **reply)

    page.route("**/graphql/stream*", handle)
    return asked


@pytest.mark.parametrize(("view", "operation", "name"), STREAMS)
def test_a_stream_that_is_throttled_says_so_and_goes_on(page_of, view, operation, name):
    page = page_of(refused="status of 429", **DESKTOP)
    refused = [(429, refusal("RATE_LIMITED", "Wait a second."))]
    refuse_stream(page, operation, refused)
    open_dashboard(page, view)
    text = (
        f"{name} is interrupted. Too much was asked at once. Wait a second. It is asked for again."
    )
    alert = page.get_by_role("alert").filter(has_text=text)
    alert.wait_for()

    refused.clear()

    alert.wait_for(state="detached")


@pytest.mark.parametrize(("view", "operation", "name"), STREAMS)
def test_a_stream_without_rights_says_so_and_is_not_asked_again(page_of, view, operation, name):
    page = page_of(refused="status of 403", **DESKTOP)
    asked = refuse_stream(page, operation, [(403, refusal("FORBIDDEN", "Ask somebody."))])
    open_dashboard(page, view)
    text = f"{name} is interrupted. You may not see this. Ask somebody."
    alert = page.get_by_role("alert").filter(has_text=text)
    alert.wait_for()
    page.wait_for_timeout(2_500)  # longer than the first pause before it would be asked again
    assert len(asked) == 1
    assert "asked for again" not in alert.inner_text()


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
