"""Tags of a machine that no database stores: jobs that change its other tags succeed."""

import pytest

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.services.machines import machine_tag
from inventory.services.providers import provider_connect
from tests.inventory.factories import machine_source, make_user
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.contract.backends import BACKENDS

pytestmark = pytest.mark.django_db(transaction=True)

# The rows of each back end, and the name of the mapping of tags in a row.
ROWS = {"google": ("instances", "labels"), "openstack": ("servers", "metadata")}


@pytest.mark.parametrize("wanted", [{"k": "v"}, {"odd": "v"}])
@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
@pytest.mark.parametrize("kind", ROWS)
def test_a_tag_that_no_database_stores(kind, text, wanted, request):
    account = BACKENDS[kind](request)
    provider = provider_connect(
        owner=make_user(),
        kind=kind,
        name="odd",
        credentials=account.given,
        regions=[account.region],
    )
    refresh([Ask(machine_source(provider), 0)])
    machine = VirtualMachine.objects.filter(state="RUNNING").select_related("source__provider")[0]
    rows, tags = ROWS[kind]
    [row] = [one for one in getattr(account.cloud, rows) if one["id"] == machine.external_id]
    row.setdefault(tags, {})["odd"] = text

    job = run_to_its_end(
        machine_tag(machine=machine, wanted=wanted, unwanted=[], requested_by=None)
    )

    assert (job.state, job.error_message) == ("SUCCEEDED", "")
    shown = {"odd": "a\ufffdb"} | wanted
    assert shown.items() <= job.result["tags"].items()
