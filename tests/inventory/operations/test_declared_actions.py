"""The declared actions: the parts that are derived from them, and mistakes that stop the start."""

import re
from dataclasses import replace

import pytest
from graphene.utils.str_converters import to_snake_case

from inventory.operations.actions import ACTIONS, CREATIONS, EDITS, TARGET_TYPES
from inventory.operations.actions.containers import CONTAINER, START_CONTAINER, STOP_CONTAINER
from inventory.operations.actions.declared import ActionError
from inventory.operations.actions.virtual_machines import REBOOT, STOP, TERMINATE
from inventory.providers import Capability
from inventory.providers.capability import CREATING, LISTINGS
from inventory.schema import derived_actions
from inventory.schema.actions import mutation_name
from inventory.schema.bulk import ManyMutations, many_mutation
from inventory.schema.derived_actions import FURTHER, SPECIAL
from jobs.api import get_operation

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.operation)
def test_every_declared_action_has_an_operation(action):
    assert get_operation(action.operation).label == action.label


@pytest.mark.parametrize("target_type", TARGET_TYPES, ids=lambda one: one.type_name)
def test_every_action_of_a_target_type_has_a_mutation(target_type):
    fields = derived_actions.action_mutations(target_type)._meta.fields

    actions = {one for one in Capability if one.resource == target_type.resource} - LISTINGS
    further = [one for key, found in FURTHER.items() if key in actions for one in found]
    assert len(fields) == len(actions) + len(further)
    last = [one for one in Capability if one in actions & CREATING]
    own = list(fields)[: len(actions)]
    assert all(name.startswith(last[0].verb) for name in own[-len(last) :])


@pytest.mark.parametrize(
    ("change", "field"),
    [({"target_type": CONTAINER}, "target_type"), ({"ready": frozenset()}, "ready")],
)
@pytest.mark.parametrize("action", [STOP, REBOOT], ids=lambda action: action.name)
def test_a_declaration_that_contradicts_itself_is_refused(action, change, field):
    with pytest.raises(ActionError, match=rf"^{re.escape(action.label)}: .*{field}"):
        replace(action, **change)


def test_an_action_without_a_mutation_is_refused(monkeypatch):
    declared = tuple(action for action in ACTIONS if action is not STOP_CONTAINER)
    monkeypatch.setattr(derived_actions, "ACTIONS", declared)

    with pytest.raises(derived_actions.MissingMutation, match="STOP_CONTAINER"):
        derived_actions.action_mutations(CONTAINER)


def test_a_resource_whose_actions_nobody_declares_is_refused():
    declared = [one for one in TARGET_TYPES if one is not CONTAINER]

    derived_actions.check_capabilities(TARGET_TYPES)
    with pytest.raises(derived_actions.MissingMutation, match="START_CONTAINER has no mutation"):
        derived_actions.check_capabilities(declared)


def test_only_a_change_to_the_removed_state_removes():
    assert TERMINATE.removes
    assert not STOP.removes
    assert {action.name for action in ACTIONS if getattr(action, "removes", False)} == {
        "terminate",
        "remove",
        "delete",
    }


def _submitting():
    """The name of the mutation of each capability that is declared, or has one of its own."""
    for one in (*ACTIONS, *EDITS, *CREATIONS):
        yield one.capability, mutation_name(one.name, one.target_type.type_name)
    for capability, mutation in SPECIAL.items():
        yield capability, mutation.__name__


@pytest.mark.parametrize(("capability", "mutation"), list(_submitting()))
def test_a_capability_has_the_name_of_its_mutation(capability, mutation):
    of_machines = "_VIRTUAL_MACHINE"  # machines came first: START, without a noun

    assert str(capability) == to_snake_case(mutation).upper().removesuffix(of_machines)


def test_an_action_on_many_is_declared():
    bulk = [one for one in ACTIONS if getattr(one, "bulk", "")]

    derived = [f"{one.name}_{one.target_type.resource}" for one in bulk]
    assert list(ManyMutations._meta.fields) == derived
    assert {"terminate_virtual_machines", "delete_volumes", "delete_key_pairs"} <= set(derived)


def test_an_action_that_is_not_derived_cannot_be_done_to_many():
    with pytest.raises(ActionError, match="Start a container: bulk"):
        many_mutation(replace(START_CONTAINER, bulk="Start containers."))
