"""Senseless declarations are found before a user connects one."""

from dataclasses import replace

import pytest
from libcloud.compute.base import NodeDriver

from inventory.providers import (
    Capability,
    CredentialField,
    ProviderKind,
    Table,
    all_kinds,
    checks,
    table_over_libcloud,
)
from inventory.providers.checks import check_kinds, problems_of
from inventory.types import ContainerType


class ListingDriver(NodeDriver):
    """Lists, and leaves everything else to libcloud's refusals."""

    def __init__(self, *_):
        """Connects to nothing."""

    def list_nodes(self):
        return []


GOOD = ProviderKind(
    slug="good",
    label="Good",
    description="A good one.",
    driver=ListingDriver,
    credentials=(
        CredentialField("token", "Token", secret=True),
        CredentialField("port", "Port", type=int, default=80, minimum=1),
        CredentialField("rate", "Rate", type=float, required=False),
        CredentialField("url", "URL", url=True),
    ),
    capabilities=frozenset({Capability.LIST_MACHINES}),
    default_regions=("one",),
)


def problems(**changes):
    return list(problems_of(replace(GOOD, **changes)))


def test_what_we_ship_makes_sense():
    assert [problem for kind in all_kinds() for problem in problems_of(kind)] == []
    assert len(all_kinds()) >= 2


def test_a_start_checks_what_other_packages_bring_alone(monkeypatch):
    checked = []
    other = replace(GOOD, slug="other")
    monkeypatch.setattr(checks, "all_kinds", lambda: [*all_kinds(), other])
    monkeypatch.setattr(
        checks, "problems_of", lambda kind: iter([checked.append(kind.slug) or "it is wrong."])
    )

    [error] = check_kinds(app_configs=None)
    assert checked == ["other"]
    assert error.msg == "Provider kind other: it is wrong."


def test_a_good_declaration_has_no_problem():
    assert problems() == []


@pytest.mark.parametrize(
    ("field", "word"),
    [
        (CredentialField("access-key", "Key"), "identifier"),
        (CredentialField("port", "Port", type=int, default=0, minimum=1), "default"),
        (CredentialField("flag", "Flag", type=list), "type"),
        (CredentialField("token", "Token", secret=True, default="x"), "secret"),
        (CredentialField("url", "URL", url=True, default="nowhere"), "default"),
    ],
)
def test_a_field_that_cannot_work(field, word):
    [problem] = problems(credentials=(field,))

    assert word in problem
    assert field.name in problem


def test_a_field_declared_twice():
    [problem] = problems(credentials=(CredentialField("token", "A"), CredentialField("token", "B")))

    assert "twice" in problem


def test_a_kind_without_regions_or_with_impossible_ones():
    assert "default region" in problems(default_regions=())[0]
    assert "a:b" in problems(default_regions=("a:b",))[0]
    assert "mars" in problems(default_regions=("mars",), known_regions=lambda _: ["here"])[0]


def test_a_kind_that_lists_nothing():
    [problem] = problems(table=Table(), capabilities=frozenset())

    assert problem.endswith("it lists nothing.")


def test_a_kind_of_containers():
    listing = {
        "capabilities": frozenset({Capability.LIST_CONTAINERS}),
        "table": Table({("containers", "list"): lambda _driver: []}),
    }

    assert problems(**listing, container_type=ContainerType.DOCKER) == []
    [problem] = problems(**listing)
    assert "what runs them" in problem


@pytest.mark.parametrize(
    "capability",
    [Capability.START, Capability.PROVISION, Capability.RESIZE, Capability.LIST_SIZES],
)
def test_a_capability_that_neither_driver_nor_override_has(capability):
    capabilities = frozenset({Capability.LIST_MACHINES, capability})

    [problem] = problems(capabilities=capabilities)

    assert capability in problem


def test_a_function_of_its_own_honours_a_capability():
    own = {("virtual_machines", "provision"): lambda *_: None}
    table = Table({**GOOD.table.functions, **own})
    capabilities = frozenset({Capability.LIST_MACHINES, Capability.PROVISION})

    assert problems(capabilities=capabilities, table=table) == []


def test_a_method_of_the_driver_honours_a_capability():
    class Rebooting(ListingDriver):
        def reboot_node(self, _node):
            return False

    rebooting = {
        "capabilities": frozenset({Capability.LIST_MACHINES, Capability.REBOOT}),
        "table": table_over_libcloud({}),
    }

    assert problems(**rebooting, driver=Rebooting) == []
    assert "REBOOT" in problems(**rebooting)[0]
