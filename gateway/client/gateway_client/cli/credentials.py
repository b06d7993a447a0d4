"""Asks for the credentials of a kind, field by field."""

from pathlib import Path

import typer

from gateway_client.generated.fragments import CredentialParts
from gateway_client.generated.input_types import CredentialInput
from gateway_client.generated.list_provider_kinds import ListProviderKindsProviderKinds as Kind

from .exits import USAGE, refuse
from .output import note, visible

DRIVER = "driver"  # of the kind libcloud: the fields depend on it


def given_values(settings: list[str]) -> dict[str, str]:
    """``NAME=VALUE`` and ``NAME=@FILE`` as a dictionary; raises BadParameter for another form."""
    values = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise typer.BadParameter(f"{setting!r} is not NAME=VALUE.", param_hint="--set")
        values[name] = read_file(value[1:]) if value.startswith("@") else value
    return values


def read_file(name: str) -> str:
    try:
        return Path(name).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{name} cannot be read: {error}", param_hint="--set") from error


def collect(kind: Kind, values: dict[str, str], *, ask: bool) -> list[CredentialInput]:
    """The given values, and the answers to a prompt for each other field. Secrets are not shown.

    ``ask`` false: there are no prompts, so a script never waits. Raises CommandError for a name
    that the kind does not have, or a required field that is not given.
    """
    fields = list(kind.credential_fields)
    if DRIVER in values or (kind.drivers and ask):
        chosen = values.get(DRIVER) or typer.prompt("Driver", default=None)
        values = {**values, DRIVER: chosen}
        fields += fields_of_driver(kind, chosen)
    known = {field.name for field in fields} | ({DRIVER} if kind.drivers else set())
    if unknown := sorted(set(values) - known):
        refuse(
            f"The kind {kind.slug} has no field {', '.join(unknown)}. "
            f"It has {', '.join(sorted(known))}.",
            USAGE,
        )
    for field in fields:
        if field.name not in values and ask:
            values = {**values, field.name: answer(field)}
    if lacking := [
        one.name
        for one in fields
        if one.required and one.default is None and not values.get(one.name)
    ]:
        refuse(
            f"Required, and not given: {', '.join(lacking)}. "
            "Give each by --set NAME=VALUE or NAME=@FILE.",
            USAGE,
        )
    return [CredentialInput(name=name, value=value) for name, value in values.items() if value]


def fields_of_driver(kind: Kind, name: str) -> list[CredentialParts]:
    for driver in kind.drivers:
        if driver.name == name:
            return [field for field in driver.credential_fields if field.name != DRIVER]
    refuse(
        f"There is no driver {name}. There are {', '.join(one.name for one in kind.drivers)}.",
        USAGE,
    )


def answer(field: CredentialParts) -> str:
    """The typed value; an empty text for an optional field that is left out."""
    note(
        f"{field.label}: {field.help}"
        + ("" if field.required else " Optional: Enter leaves it out.")
    )
    if field.choices:
        note(f"One of {', '.join(field.choices)}.")
    default = field.default if field.default is not None else None if field.required else ""
    typed = typer.prompt(
        visible(field.label), default=default, hide_input=field.secret, show_default=bool(default)
    )
    return read_file(typed[1:]) if typed.startswith("@") else str(typed)
