"""The table of a kind's capabilities, built from marked functions."""

import types
from dataclasses import replace

import pytest

from inventory.providers import (
    Capability,
    CredentialField,
    DeclarationError,
    Overrides,
    ProviderKind,
    Table,
    all_kinds,
    beside,
    does,
    reads,
    table_of,
    table_over_libcloud,
)
from inventory.providers.capability import BY_KEY
from inventory.providers.checks import problems_of
from tests.inventory.providers.test_checks import GOOD, ListingDriver


def module_with(*functions, name="tests.example"):
    module = types.ModuleType(name)
    for number, function in enumerate(functions):
        function.__module__ = name
        setattr(module, f"function_{number}", function)
    return module


def test_every_capability_is_a_verb_of_one_resource():
    assert len(BY_KEY) == len(Capability)


def test_a_table_has_the_marked_functions_of_a_module():
    @reads("sizes")
    def sizes(_driver):
        return []

    @does("virtual_machines", "start")
    @does("virtual_machines", "resume")
    def start(_driver, _external_id):
        return None

    @beside("find", "virtual_machines")
    def find(_driver, _external_id):
        return None

    @beside("blocker")
    def blocker(_driver, _capability, _external_id):
        return None

    def unmarked(_driver):
        return None

    table = table_of(module_with(sizes, start, find, blocker, unmarked))

    assert table.functions == {
        ("sizes", "list"): sizes,
        ("virtual_machines", "start"): start,
        ("virtual_machines", "resume"): start,
    }
    assert table.beside.find == {"virtual_machines": find}
    assert table.beside.blocker is blocker
    assert table.capabilities == {Capability.LIST_SIZES, Capability.START, Capability.RESUME}


def test_what_a_module_imports_is_not_its_own():
    @reads("sizes")
    def sizes(_driver):
        return []

    other = module_with(sizes)
    importing = types.ModuleType("tests.importing")
    importing.sizes = other.function_0

    assert table_of(importing).functions == {}


def test_a_kind_s_own_functions_come_before_libcloud_s():
    @does("virtual_machines", "stop")
    def stop(_driver, _external_id):
        return None

    base = table_over_libcloud({})
    table = table_of(module_with(stop), over=base)

    assert table.functions["virtual_machines", "stop"] is stop
    start = "virtual_machines", "start"
    assert table.functions[start] is base.functions[start]


def test_two_functions_with_one_mark_are_an_error_that_names_both():
    @reads("sizes")
    def one(_driver):
        return []

    @reads("sizes")
    def other(_driver):
        return []

    with pytest.raises(DeclarationError, match=r"test_table\.py:\d+ .*other and .*one are both"):
        table_of(module_with(one, other))


@pytest.mark.parametrize(
    ("mark", "problem"),
    [
        (lambda: does("virtual_machines", "strat"), r"no capability has the key"),
        (lambda: reads("virtual_machine"), r"no capability has the key"),
        (lambda: beside("blockers"), r"'blockers' is none of"),
        (lambda: beside("find"), r"needs a resource"),
        (lambda: beside("blocker", "virtual_machines"), r"is of no resource"),
        (lambda: beside("find", "machines"), r"there is no resource 'machines'"),
    ],
)
def test_a_wrong_mark_is_an_error_that_names_the_file_and_the_line(mark, problem):
    with pytest.raises(DeclarationError, match=rf"test_table\.py:\d+ .*{problem}"):

        @mark()
        def marked(_driver):
            return None


def test_a_kind_without_a_table_does_what_libcloud_can_of_what_it_names():
    assert set(GOOD.table.functions) == {("virtual_machines", "list")}
    assert GOOD.capabilities == {Capability.LIST_MACHINES}


def test_a_kind_with_a_table_can_do_what_is_in_it():
    kind = replace(GOOD, table=table_over_libcloud({}), capabilities=frozenset())

    assert kind.capabilities == table_over_libcloud({}).capabilities


def test_capabilities_limit_a_table():
    kind = replace(GOOD, table=table_over_libcloud({}))

    assert set(kind.table.functions) == {("virtual_machines", "list")}


def test_the_table_of_every_kind_is_what_it_can_do():
    for kind in all_kinds():
        assert kind.table.capabilities == kind.capabilities
        assert kind.overrides is None


def test_a_kind_of_the_earlier_form_is_accepted_with_a_warning():
    def create(_driver, _order):
        return None

    def find(_driver, _external_id):
        return None

    with pytest.warns(DeprecationWarning, match="overrides is deprecated"):
        kind = ProviderKind(
            slug="earlier",
            label="Earlier",
            description="A kind of an earlier release.",
            driver=ListingDriver,
            credentials=(CredentialField("token", "Token", secret=True),),
            capabilities=frozenset({Capability.LIST_MACHINES, Capability.PROVISION}),
            default_regions=("one",),
            overrides=Overrides(create=create, find=find, stop=create),
        )

    assert set(kind.table.functions) == {
        ("virtual_machines", "list"),
        ("virtual_machines", "provision"),
    }
    assert kind.table.functions["virtual_machines", "provision"] is create
    assert kind.table.beside.find == {"virtual_machines": find}
    assert list(problems_of(kind)) == []
    assert replace(kind, label="Still").table == kind.table


def test_an_empty_table_is_no_table_over_libcloud():
    assert Table().capabilities == frozenset()
    assert "lists nothing" in next(
        problem for problem in problems_of(replace(GOOD, table=Table(), capabilities=frozenset()))
    )
