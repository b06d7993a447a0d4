"""An action by a filter uses the stored lists, and names those that may not be current."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import Source
from inventory.services.providers import provider_update
from jobs.api import Job, Schedule, run_schedule
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import machine_source, make_simulator

ACTIONS = ["startVirtualMachines", "stopVirtualMachines", "terminateVirtualMachines"]
NEW_REGIONS = "The regions were not listed lately, and new ones are not known, of "


@pytest.fixture
def provider(user):
    found = make_simulator(user, machines=12)
    refresh([Ask(machine_source(found), 0)])
    return found


@pytest.fixture
def notes(ask):
    """The notes about a filter in a dry run and in the first event of the job."""

    def notes(action, limits):
        query = f"""mutation ($filter: VirtualMachineFilter, $dry: Boolean!) {{
            {action}(input: {{filter: $filter, dryRun: $dry}}) {{
                errors {{ message }} dryRun {{ checks {{ name ok message }} }} }} }}"""
        checked = ask(query, filter=limits, dry=True).data[action]
        done = ask(query, filter=limits, dry=False).data[action]
        assert (checked["errors"], done["errors"]) == ([], [])
        job = Job.objects.filter(parent=None).order_by("created_at").last()
        checks = checked["dryRun"]["checks"]
        assert all((one["name"], one["ok"]) == ("target", True) for one in checks)
        return " ".join(one["message"] for one in checks), job.events.order_by("pk").first().message

    return notes


def another_account(provider):
    provider_update(provider=provider, credentials={"seed": "another"}, by=provider.owner)


def month_old(provider):
    past = timedelta(days=30)
    Source.objects.filter(provider=provider).exclude(fetched_at=None).update(
        fetched_at=F("fetched_at") - past, listing_started_at=F("listing_started_at") - past
    )


def with_an_odd_object(provider):
    Source.objects.filter(provider=provider).update(unusable=1, unusable_reason="1 is odd.")


def failed(provider):
    Source.objects.filter(provider=provider).update(error_code="TIMEOUT", error_message="late")


OUTDATED = {
    another_account: "No list was read since the latest change through the gateway",
    month_old: "The latest list is more than a minute old",
    with_an_odd_object: "Objects without a usable id are not in the list",
    failed: "The latest list failed",
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("limits", [{"state": ["RUNNING"]}, {"name": "no machine has this name"}])
@pytest.mark.parametrize("outdate", OUTDATED)
def test_a_list_that_may_not_be_what_is_there_is_named_with_its_time(
    notes, provider, action, limits, outdate
):
    outdate(provider)
    source = machine_source(provider)

    for message in notes(action, limits):
        assert OUTDATED[outdate] in message
        time = f"{source.fetched_at:%Y-%m-%d %H:%M} UTC"
        assert f"of {provider.name} in {source.region} ({time})." in message


def test_a_young_list_is_not_named(notes, provider):
    checked, done = notes("stopVirtualMachines", {"state": ["RUNNING"]})

    assert checked == ""
    assert "list" not in done


def test_regions_that_were_not_listed_lately_are_named(notes, provider):
    region_set = Source.objects.create(provider=provider, resource="regions", region="all")
    anywhere = {"name": "no machine has this name"}

    for message in notes("stopVirtualMachines", anywhere):
        assert f"{NEW_REGIONS}{provider.name}." in message
    for message in notes("stopVirtualMachines", anywhere | {"region": provider.regions}):
        assert NEW_REGIONS not in message
    now = timezone.now()
    Source.objects.filter(pk=region_set.pk).update(fetched_at=now, listing_started_at=now)
    for message in notes("stopVirtualMachines", anywhere):
        assert NEW_REGIONS not in message


def test_a_run_names_a_list_that_answered_with_an_odd_object(ask, provider, monkeypatch):
    query = """mutation ($i: CreateScheduleInput!) {
        createSchedule(input: $i) { errors { message } } }"""
    which = {"filter": {"state": ["RUNNING"]}, "operation": "virtual_machine.stop"}
    made = ask(query, i={"name": "off", "cron": "* * * * *", **which}).data["createSchedule"]
    assert made["errors"] == []
    schedule = Schedule.objects.get()
    due = timezone.now().replace(second=0, microsecond=0)
    Schedule.objects.update(next_run_at=due)
    month_old(provider)
    listed = plain_cloud("virtual_machines", "list")

    def list_machines(cloud, *arguments):
        found = listed(cloud, *arguments)
        return [*found, replace(found[0], external_id="")]

    patch_cloud(monkeypatch, "virtual_machines", "list", list_machines)
    run_schedule(str(schedule.pk))

    run = schedule.runs.get()
    assert "did not answer" not in run.message
    where = f"{provider.name} in {machine_source(provider).region}"
    assert f"{where} answered; 1 object is not shown, for want of a usable id" in run.message
    first = run.job.events.order_by("pk").first().message
    assert "Objects without a usable id are not in the list of " in first
