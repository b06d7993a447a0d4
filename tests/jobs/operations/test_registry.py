import pytest

from jobs.operations import registry
from jobs.operations.outcomes import Done
from jobs.operations.registry import (
    UnknownOperation,
    find_operation,
    get_operation,
    operation,
    operation_label,
    operation_names,
)


def stop(_step):
    return Done("It is stopped.")


def test_a_registered_function_is_found_by_its_name_and_stays_callable():
    registered = operation("machine.stop", label="Stop a machine")(stop)

    assert registered is stop
    assert get_operation("machine.stop") == registry.Operation(
        "machine.stop", "Stop a machine", stop
    )
    assert operation_names() == ("machine.stop",)
    assert operation_label("machine.stop") == "Stop a machine"


def test_an_unknown_name_is_told_apart():
    assert find_operation("machine.paint") is None
    assert operation_label("machine.paint") == "machine.paint"
    with pytest.raises(UnknownOperation, match=r"machine\.paint"):
        get_operation("machine.paint")


def test_two_functions_of_one_name_are_an_error():
    operation("machine.stop", label="Stop a machine")(stop)

    with pytest.raises(ValueError, match=r"two operations named 'machine\.stop'"):
        operation("machine.stop", label="Stop it again")(lambda _step: Done("No."))
    assert get_operation("machine.stop").run is stop
