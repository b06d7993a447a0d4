"""A driver that acts by GET sends each action once, even if the answer is lost."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.providers import ProviderError, get_kind, retries
from inventory.providers.libcloud.build import RowDriver, build
from inventory.providers.libcloud.evidence import ACTS_BY_GET, EVIDENCE
from inventory.providers.libcloud.offered import ROWS
from inventory.services.providers import provider_connect
from inventory.types import MachineState
from tests.inventory.actions import machine_reboot
from tests.inventory.factories import machine_source, make_user
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.libcloud.recorded import credentials_of, recorded

VERBS = ("start", "stop", "reboot", "terminate")
DOINGS = [(row.name, verb) for row in ROWS for verb in VERBS if verb in row.can.split()]
BY_GET = [one for one in DOINGS if one[0] in ACTS_BY_GET]
DEEDS = ("Start", "Stop", "Reboot", "Terminate", "Delete", "start", "stop", "reboot", "destroy")


def is_deed(request):
    """True if the APIs' own words say so, not the words that the gateway takes for reads."""
    if request.method != "GET":
        return True
    query = parse_qs(urlsplit(request.url).query)
    return any(
        command.startswith(DEEDS)
        for name in ("Action", "command")
        for command in query.get(name, ())
    )


class Losing:
    """The recorded cloud, whose deeds end as ``loses`` says; ``deeds`` are those that it got."""

    def __init__(self, replies, loses):
        self.plain, self.loses, self.deeds = replies.answer, loses, []
        replies.answer = self.answer

    def answer(self, request):
        if not is_deed(request):
            return self.plain(request)
        self.deeds.append(request)
        return self.loses()


def unavailable():
    return 503, "", {"retry-after": "0"}, "Unavailable"


def cut():
    raise requests.ConnectionError("cut")


LOST = [unavailable, cut]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(retries, "sleep", lambda _seconds: None)


@pytest.mark.parametrize("loses", LOST)
@pytest.mark.parametrize(("name", "verb"), BY_GET)
def test_an_action_whose_answer_is_lost_is_sent_once_and_may_have_been_done(name, verb, loses):
    with recorded(name) as (cloud, replies):
        machines = cloud.read("virtual_machines")
        server = Losing(replies, loses)
        checks = []
        cloud.guard_changes(lambda: checks.append(len(server.deeds)))
        with pytest.raises(ProviderError) as caught:
            cloud.do("virtual_machines", verb, machines[0].external_id)

    [deed] = server.deeds
    assert deed.method == "GET"
    assert caught.value.may_have_acted
    assert checks == [0, 0]  # before the action, and before the request


@pytest.mark.parametrize(("name", "verb"), DOINGS)
def test_the_drivers_that_act_by_get_are_listed(name, verb):
    """For each accepted action, at least one request counts as a change."""
    if verb not in EVIDENCE[name].accepted.split():
        pytest.skip("The action is not recorded.")
    by_get = set()
    with recorded(name) as (cloud, replies):
        machines = cloud.read("virtual_machines")
    for machine in machines:
        with recorded(name, timeout=3) as (cloud, replies):
            counted = []
            cloud.guard_changes(lambda asked=replies.asked, found=counted: found.append(len(asked)))
            try:
                cloud.do("virtual_machines", verb, machine.external_id)
            except ProviderError:
                continue
            by_get |= {replies.asked[at][0] for at in counted[1:]}
            assert len(counted) > 1
    assert by_get
    assert ("GET" in by_get) == (name in ACTS_BY_GET)


@pytest.mark.parametrize(
    ("url", "is_read"),
    [
        ("/?Action=DescribeInstances", True),
        ("/?Version=1&Action=ListUsers", True),
        ("/?Action=GetConsoleOutput", True),
        ("/client/api?command=listVirtualMachines", True),
        ("/client/api?command=queryAsyncJobResult", True),
        ("/servers?name=RebootInstances", True),
        ("/?Action=RebootInstances", False),
        ("/?Action=Listen", False),
        ("/?Action=", False),
        ("/?Action=DescribeInstances&Action=RebootInstances", False),
        ("/client/api?command=destroyVirtualMachine", False),
    ],
)
def test_a_get_is_a_read_unless_its_command_is_another(url, is_read):
    request = requests.Request("GET", f"https://cloud.example{url}").prepare()

    assert retries.is_read(request) is is_read


# --- jobs ---------------------------------------------------------------------------------------


STATE = re.compile(r"<code>\d+</code>\s*<name>stopped</name>")  # of EC2's recorded machines


def rebooted(name, replies, loses):
    """The end of a job that reboots a machine, and what the cloud got."""
    provider = provider_connect(
        owner=make_user(),
        kind="libcloud",
        name=name,
        credentials=credentials_of(name),
        regions=[get_kind("libcloud", name).default_regions[0]],
    )
    plain = replies.answer

    def running(request):
        status, body, headers, reason = plain(request)
        return status, STATE.sub("<code>16</code><name>running</name>", body), headers, reason

    replies.answer = running
    refresh([Ask(machine_source(provider), 0)])
    machine = VirtualMachine.objects.filter(state=MachineState.RUNNING).first()
    server = Losing(replies, loses)
    job = run_to_its_end(machine_reboot(machine=machine, requested_by=None))
    return job, server.deeds


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("loses", LOST)
@pytest.mark.parametrize("name", ["cloudstack", "ec2", "exoscale", "outscale_sas"])
def test_a_reboot_whose_answer_is_lost_ends_unknown(name, loses):
    with recorded(name) as (_cloud, replies):
        job, deeds = rebooted(name, replies, loses)

    assert (job.state, job.error_code) == ("FAILED", "OUTCOME_UNKNOWN")
    assert len(deeds) == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_of_cloudstack_that_stays_pending_is_not_asked_for_again(monkeypatch):
    monkeypatch.setattr("libcloud.common.base.PollingConnection.poll_interval", 0.01)
    monkeypatch.setattr(
        RowDriver,
        "__call__",
        lambda self, values, region, _seconds: build(self.row, values, region, 0.2),
    )
    pending = {"queryasyncjobresultresponse": {"jobid": "11", "jobstatus": 0}}
    accepted = {"rebootvirtualmachineresponse": {"jobid": "11"}}

    with recorded("cloudstack") as (_cloud, replies):
        plain = replies.answer

        def answer(request):
            if "command=queryAsyncJobResult" in request.url:
                return 200, json.dumps(pending), {}, "OK"
            return plain(request)

        replies.answer = answer
        job, deeds = rebooted("cloudstack", replies, lambda: (200, json.dumps(accepted), {}, "OK"))

    assert (job.state, job.error_code) == ("FAILED", "OUTCOME_UNKNOWN")
    assert "did not complete" in job.error_message
    assert len(deeds) == 1
