"""Schedules in the dashboard: previewed, created once, switched off, deleted; and their runs."""

import json
import uuid

from tests.functional.browser import MARKS
from tests.functional.dashboard import (
    administrator,  # noqa: F401 - fixture
    answer_to,
    open_dashboard,
    page,  # noqa: F401 - fixture
    simulator,  # noqa: F401 - fixture
)

pytestmark = MARKS

LIST = "query ($p: [ID!]) { virtualMachines(filter: {provider: $p}) { totalCount } }"
SCHEDULES = "{ schedules { nodes { name cron enabled filter } } }"


def test_a_schedule_is_created_once_switched_off_and_deleted(page, simulator, administrator):
    name = f"Scheduled {uuid.uuid4().hex[:6]}"
    provider = simulator(name, machines="3")
    administrator.data(LIST, p=[provider])  # a dry run looks at stored machines

    def found():
        nodes = administrator.data(SCHEDULES)["schedules"]["nodes"]
        return [schedule for schedule in nodes if schedule["name"] == name]

    sent = answer_to(page, "CreateSchedule", lambda _route: None)
    open_dashboard(page, "Schedules")
    page.get_by_role("button", name="Create a schedule").click()
    dialog = page.get_by_role("dialog", name="Create a schedule")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name="Preview").click()
    dialog.get_by_role("alert").filter(has_text="Name a provider, a tag or words").wait_for()
    dialog.get_by_label("Provider").select_option(label=name)
    dialog.get_by_role("button", name="Preview").click()
    dialog.get_by_text("At present it would act on 3 machines.").wait_for()
    assert found() == []
    dialog.get_by_role("button", name="Create").dblclick()

    card = page.get_by_role("region", name=name)
    card.get_by_text("It has not run yet.").wait_for()
    assert [bool(each["input"].get("dryRun")) for each in sent] == [True, False]
    filter_ = {"provider": [provider]}
    given = {"name": name, "cron": "0 19 * * mon-fri", "enabled": True, "filter": filter_}
    assert found() == [given]

    card.get_by_role("button", name="Disable").click()
    card.get_by_role("button", name="Enable").wait_for()
    assert found() == [{**given, "enabled": False}]

    card.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog", name=f"Delete {name}")
    assert dialog.get_by_role("button", name="Delete", exact=True).is_disabled()
    dialog.get_by_label(f"Type {name} to confirm").fill(name)
    dialog.get_by_role("button", name="Delete", exact=True).click()
    card.wait_for(state="detached")
    assert found() == []


def test_the_runs_of_a_schedule_say_what_became_of_them(page):
    run = {"plannedAt": "2026-01-05T19:00:00Z", "job": None}
    schedule = {
        "id": "s",
        "name": "Lab off",
        "label": "Stop a virtual machine",
        "operation": "virtual_machine.stop",
        "times": "At 19:00",
        "enabled": True,
        "max": 20,
        "filter": {"search": "lab"},
        "nextRuns": [],
        "owner": {"login": "ada"},
        "machineNames": None,
        "runs": {
            "totalCount": 2,
            "nodes": [
                {**run, "id": "2", "outcome": "REFUSED", "message": "It matches 25 machines."},
                {
                    **run,
                    "id": "1",
                    "outcome": "SUBMITTED",
                    "message": "",
                    "job": {"id": "j", "state": "SUCCEEDED"},
                },
            ],
        },
    }
    body = json.dumps({"data": {"schedules": {"nodes": [schedule], "totalCount": 1}}})
    answer_to(page, "Schedules", lambda _route: {"body": body})

    open_dashboard(page, "Schedules")

    runs = page.get_by_role("table", name="Runs of Lab off")
    runs.get_by_role("row").filter(has_text="Refused").filter(has_text="25 machines").wait_for()
    runs.get_by_role("link", name="Succeeded").wait_for()
