"""A size that the cloud does not offer is refused before a machine is stopped for it."""

import pytest

from gateway.core.errors import InvalidInput
from inventory.providers import Capability, all_kinds, get_kind
from inventory.services.machines import machine_id as machine_gid
from jobs import api as jobs
from tests.clouds.sent import LIBVIRT_READS, calls_sent, only_reads, requests_sent
from tests.inventory.providers.contract.backends import BACKENDS
from tests.inventory.providers.contract.test_blockers import (
    account,  # noqa: F401 - a fixture
    connected_row,
    dry_run,
    first_step,
    machine_id,  # noqa: F401 - a fixture
    submit,
)

NOTHING = "no-such-size"
LISTING = sorted(
    slug
    for slug in BACKENDS
    if Capability.RESIZE in get_kind(slug).capabilities
    and not get_kind(slug).takes_unlisted_size(NOTHING)
)


def test_a_kind_that_names_its_sizes_lists_them():
    for kind in all_kinds():
        if kind.lists_machines and not kind.takes_unlisted_size(NOTHING):
            assert Capability.LIST_SIZES in kind.capabilities, kind.slug
    assert {"openstack", "libvirt", "linode", "digitalocean", "google"} <= set(LISTING)


def test_a_custom_machine_type_is_in_no_list():
    takes = get_kind("google").takes_unlisted_size

    assert takes("custom-4-8192")
    assert takes("n2-custom-2-4096-ext")
    assert not takes("n1-standard-3")


def submitted_unchecked(row):
    """A job as one whose sizes could not be read when it was submitted."""
    return jobs.submit(
        operation="virtual_machine.resize",
        target=machine_gid(row),
        scope=row.source.provider.scope,
        arguments={"size": NOTHING, "stop_first": True},
        requested_by=None,
    )


@pytest.mark.parametrize("slug", LISTING)
@pytest.mark.django_db(transaction=True)
def test_no_machine_is_stopped_for_a_size_that_does_not_exist(account, machine_id):
    row = connected_row(account, machine_id)

    with requests_sent() as sent, calls_sent() as called:
        dry = dry_run(Capability.RESIZE, row, NOTHING)
        with pytest.raises(InvalidInput, match=f"offers no size '{NOTHING}'"):
            submit(Capability.RESIZE, row, NOTHING)
        job = first_step(submitted_unchecked(row))

    assert (job.state, job.error_code) == ("FAILED", "NOT_FOUND"), job.error_message
    assert not dry.allowed
    assert dry.checks[-1].name == "offer"
    assert dry.checks[-1].message.startswith(job.error_message)
    assert all(only_reads(one) for one in sent)
    assert set(called) <= LIBVIRT_READS
    row.refresh_from_db()
    assert row.state == "RUNNING"
