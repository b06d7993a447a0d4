"""Every sort of address that a cloud has is shown once, in the right list."""

import pytest

from inventory.providers import all_kinds
from tests.inventory.providers.contract.address_cases import GIVEN
from tests.inventory.providers.contract.every import backed

KINDS = [kind.slug for kind in all_kinds() if kind.lists_machines]


@pytest.fixture(params=KINDS)
def account(request):
    return backed(request)


def test_every_address_is_shown_once_in_the_right_list(account):
    with GIVEN[account.slug](account) as (public, private), account.connect() as cloud:
        shown = [
            (set(machine.public_ips), set(machine.private_ips))
            for machine in cloud.read("virtual_machines")
        ]
        assert (public, private) in shown
        assert public
        assert private
        for machine in cloud.read("virtual_machines"):
            every = [*machine.public_ips, *machine.private_ips]
            assert len(every) == len(set(every))


def test_the_other_machines_of_the_list_are_as_they_were(account):
    """An entry that is no address damages nothing else."""
    with account.connect() as cloud:
        number = len(cloud.read("virtual_machines"))
    with GIVEN[account.slug](account), account.connect() as cloud:
        assert len(cloud.read("virtual_machines")) == number


def test_a_single_read_shows_the_same_addresses(account):
    with GIVEN[account.slug](account), account.connect() as cloud:
        listed = next(one for one in cloud.read("virtual_machines") if one.public_ips)

        assert cloud.find("virtual_machines", listed.external_id) == listed
