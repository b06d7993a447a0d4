"""``providers list``, ``kinds``, ``connect``, ``check`` and ``disconnect``."""

import sys
from typing import Annotated

import typer

from gateway_client.generated.check_provider import CheckProviderCheckProvider
from gateway_client.generated.input_types import (
    CheckProviderInput,
    ConnectProviderInput,
    DisconnectProviderInput,
)
from gateway_client.generated.list_provider_kinds import ListProviderKindsProviderKinds
from gateway_client.generated.list_providers import ListProvidersProviders

from .acting import Options, Yes, confirm, refuse_with
from .connection import connect
from .credentials import collect, given_values
from .exits import USAGE, refuse
from .output import Columns, Format, note, visible, write_rows
from .targets import find_provider

providers = typer.Typer(help="The cloud accounts that are connected.", no_args_is_help=True)
COLUMNS: Columns[ListProvidersProviders] = {
    "name": lambda one: one.name,
    "kind": lambda one: one.kind.slug,
    "status": lambda one: one.status,
    "regions": lambda one: one.regions,
    "role": lambda one: one.viewer_role,
    "error": lambda one: one.last_error and one.last_error.message,
    "id": lambda one: one.id,
}
KIND_COLUMNS: Columns[ListProviderKindsProviderKinds] = {
    "kind": lambda one: one.slug,
    "label": lambda one: one.label,
    "required": lambda one: [field.name for field in one.credential_fields if field.required],
    "optional": lambda one: [field.name for field in one.credential_fields if not field.required],
}
Output = Annotated[Format, typer.Option("--output", "-o")]


@providers.command("list")
def list_all(context: typer.Context, output: Output = Format.table) -> None:
    """List the providers that you may see.

    Example: gateway providers list -o json
    """
    with connect(context) as gateway:
        write_rows(gateway.list_providers() or [], COLUMNS, output)


@providers.command()
def kinds(context: typer.Context, output: Output = Format.table) -> None:
    """List the kinds of clouds, and the credentials that each needs.

    Example: gateway providers kinds
    """
    with connect(context) as gateway:
        write_rows(gateway.list_provider_kinds() or [], KIND_COLUMNS, output)


@providers.command("connect")
def connect_one(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="For example aws; see: gateway providers kinds.")],
    name: Annotated[str, typer.Option(help="Your name for the account.")],
    region: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="A field as NAME=VALUE, or NAME=@FILE to keep a secret off the command line.",
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="Ask the cloud at once.")
    ] = True,
) -> None:
    """Connect an account. Asks for each field that --set does not give.

    Example: gateway providers connect aws --name Production --region eu-west-1
    """
    values = given_values(setting or [])
    with connect(context) as gateway:
        known = {one.slug: one for one in gateway.list_provider_kinds() or []}
        if kind not in known:
            refuse(f"There is no kind {kind}. There are {', '.join(sorted(known))}.", USAGE)
        announce_end_of_demo(gateway.list_providers() or [])
        credentials = collect(known[kind], values, ask=sys.stdin.isatty())
        order = ConnectProviderInput(kind=kind, name=name, credentials=credentials)
        if region:
            order.regions = region
        answer = gateway.connect_provider(order)
        if answer is None or answer.provider is None:
            refuse_with(answer.errors if answer else [])
        typer.echo(visible(f"{answer.provider.name}  {answer.provider.id}"))
        if check:
            report_check(gateway.check_provider(CheckProviderInput(id=answer.provider.id)))


def announce_end_of_demo(connected: list[ListProvidersProviders]) -> None:
    """Name the providers that this disconnects, while Ctrl-C can still prevent it."""
    if ending := [one.name for one in connected if one.ends_with_demo]:
        note(visible(f"This ends the demo. It disconnects {', '.join(ending)}."))


@providers.command("check")
def check_one(
    context: typer.Context, name: Annotated[str, typer.Argument(help="Name or id.")]
) -> None:
    """Ask a cloud whether the credentials work, in each region.

    Example: gateway providers check Production
    """
    with connect(context) as gateway:
        report_check(gateway.check_provider(CheckProviderInput(id=find_provider(gateway, name).id)))


def report_check(answer: CheckProviderCheckProvider | None) -> None:
    """Print a line for each region; raises CommandError if the credentials were not accepted."""
    if answer is None or answer.check is None:
        refuse_with(answer.errors if answer else [])
    check = answer.check
    for region in check.regions:
        outcome = f"{region.latency_ms} ms" if region.reachable else "not reachable"
        typer.echo(
            visible(
                f"{region.region}  {outcome}"
                + (f"  {region.error.message}" if region.error else "")
            )
        )
    for missing in check.missing_permissions:
        named = ", ".join(missing.actions) or missing.capability.value
        note(visible(f"Missing permission: {named} in {', '.join(missing.regions)}"))
    for warning in check.warnings:
        note(warning)
    if check.regions_error:
        refuse(check.regions_error.message)
    if not check.credentials_valid:
        refuse(
            "The cloud does not accept the credentials."
            if check.credentials_valid is False
            else "No region answered, so it is not known whether the credentials are valid."
        )


@providers.command()
def disconnect(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name or id.")],
    yes: Yes = False,
) -> None:
    """Disconnect an account. Nothing changes at the cloud.

    Example: gateway providers disconnect Production
    """
    with connect(context) as gateway:
        found = find_provider(gateway, name)
        confirm(f"Disconnect {found.name}", Options(dry_run=False, yes=yes, wait=False, key=None))
        answer = gateway.disconnect_provider(DisconnectProviderInput(id=found.id))
        if answer is None or answer.errors:
            refuse_with(answer.errors if answer else [])
    note(f"Disconnected {found.name}.")
