"""Filters of EC2's lists, as request parameters."""

from collections.abc import Mapping, Sequence


def filters(wanted: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """``wanted``: the values of each filter, of which one must match."""
    parameters = {}
    for number, (name, values) in enumerate(wanted.items(), start=1):
        parameters[f"Filter.{number}.Name"] = name
        for place, value in enumerate(values, start=1):
            parameters[f"Filter.{number}.Value.{place}"] = value
    return parameters
