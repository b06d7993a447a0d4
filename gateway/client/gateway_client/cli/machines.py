"""``machines``, ``start``, ``stop``, ``reboot`` and ``terminate``."""

from datetime import datetime
from typing import Annotated, Any

import typer

from gateway_client import Gateway, Pages
from gateway_client.generated.enums import (
    OrderDirection,
    VirtualMachineOrderField,
    VirtualMachineState,
)
from gateway_client.generated.fragments import MachineParts
from gateway_client.generated.input_types import (
    RebootVirtualMachineInput,
    StartVirtualMachinesInput,
    StopVirtualMachinesInput,
    TagFilter,
    TerminateVirtualMachinesInput,
    VirtualMachineFilter,
    VirtualMachineOrder,
)

from .acting import DryRun, Key, Options, Submit, Wait, Yes, act
from .connection import connect
from .exits import INCOMPLETE
from .output import Columns, Format, note, write_json, write_rows
from .targets import failures, find_machines, find_provider

COLUMNS: Columns[MachineParts] = {
    "name": lambda one: one.name,
    "state": lambda one: one.state,
    "provider": lambda one: one.provider.name,
    "region": lambda one: one.region,
    "size": lambda one: one.size and one.size.name,
    "addresses": lambda one: one.public_ips or one.private_ips,
    "tags": lambda one: [f"{tag.key}={tag.value}" for tag in one.tags],
    "id": lambda one: one.id,
}
Names = Annotated[
    list[str], typer.Argument(help="Names of machines, exactly, or their ids.", metavar="NAME…")
]
Several = Annotated[list[str] | None, typer.Option(help="May be repeated.")]


def machines(
    context: typer.Context,
    search: Annotated[
        str | None, typer.Argument(help="Words in names, ids, addresses or tags.")
    ] = None,
    provider: Annotated[list[str] | None, typer.Option(help="Name or id; may be repeated.")] = None,
    kind: Several = None,
    region: Several = None,
    state: Annotated[list[VirtualMachineState] | None, typer.Option(case_sensitive=False)] = None,
    tag: Annotated[list[str] | None, typer.Option(help="KEY or KEY=VALUE; all of them.")] = None,
    size: Several = None,
    address: Several = None,
    untagged: Annotated[bool, typer.Option("--untagged", help="Machines without any tag.")] = False,
    created_before: Annotated[datetime | None, typer.Option()] = None,
    created_after: Annotated[datetime | None, typer.Option()] = None,
    order: Annotated[
        VirtualMachineOrderField, typer.Option(case_sensitive=False)
    ] = VirtualMachineOrderField.NAME,
    descending: Annotated[bool, typer.Option("--descending")] = False,
    max_age: Annotated[
        int | None, typer.Option(min=0, help="Seconds; 0 asks every cloud now.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="All are shown if absent.")] = None,
    output: Annotated[Format, typer.Option("--output", "-o")] = Format.table,
) -> None:
    """List machines of all clouds. The exit code is 3 if a cloud did not answer.

    Example: gateway machines --state running --tag team=web -o csv
    """
    given: dict[str, Any] = {
        "search": search,
        "kind": kind,
        "region": region,
        "state": state,
        "size": size,
        "address": address,
        "untagged": untagged or None,
        "createdBefore": created_before,
        "createdAfter": created_after,
        "tags": [TagFilter(**tag_of(text)) for text in tag] if tag else None,
    }
    with connect(context) as gateway:
        if provider:
            given["provider"] = [find_provider(gateway, name).id for name in provider]
        direction = OrderDirection.DESC if descending else OrderDirection.ASC
        found = gateway.all_machines(
            VirtualMachineFilter.model_validate(
                {name: value for name, value in given.items() if value is not None}
            ),
            VirtualMachineOrder(field=order, direction=direction),
            max_age,
            limit,
        )
    write_machines(found, output)


def tag_of(text: str) -> dict[str, str]:
    """``KEY=VALUE`` or ``KEY`` as the fields of a tag filter."""
    key, equals, value = text.partition("=")
    return {"key": key, "value": value} if equals else {"key": key}


def write_machines(found: Pages[MachineParts], output: Format) -> None:
    """Raises Exit with 3 after an incomplete list, so that no part passes for the whole."""
    if output is Format.json:
        write_json(
            {
                "machines" if name == "nodes" else name: value
                for name, value in found.model_dump(by_alias=True, mode="json").items()
            }
        )
    else:
        write_rows(found.nodes, COLUMNS, output)
    if len(found.nodes) < found.total_count:
        note(f"{len(found.nodes)} of {found.total_count} machines are shown.")
    if not found.complete:
        note("Incomplete: machines may be missing or out of date.")
        for line in failures(found.sources):
            note(f"  {line}")
        raise typer.Exit(INCOMPLETE)


def start(
    context: typer.Context,
    names: Names,
    dry_run: DryRun = False,
    yes: Yes = False,
    wait: Wait = True,
    key: Key = None,
) -> None:
    """Start machines.

    Example: gateway start web-1 web-2 --dry-run
    """
    change(context, "Start", names, Options(dry_run=dry_run, yes=yes, wait=wait, key=key))


def stop(
    context: typer.Context,
    names: Names,
    dry_run: DryRun = False,
    yes: Yes = False,
    wait: Wait = True,
    key: Key = None,
) -> None:
    """Stop machines. Their disks stay, and still cost money.

    Example: gateway stop web-1 web-2 --yes
    """
    change(context, "Stop", names, Options(dry_run=dry_run, yes=yes, wait=wait, key=key))


def reboot(
    context: typer.Context,
    names: Names,
    dry_run: DryRun = False,
    yes: Yes = False,
    wait: Wait = True,
    key: Key = None,
) -> None:
    """Reboot machines, one after the other.

    Example: gateway reboot web-1 web-2
    """
    change(context, "Reboot", names, Options(dry_run=dry_run, yes=yes, wait=wait, key=key))


def terminate(
    context: typer.Context,
    names: Names,
    dry_run: DryRun = False,
    yes: Yes = False,
    wait: Wait = True,
    key: Key = None,
) -> None:
    """Destroy machines for good. Asks you to type a word first.

    Example: gateway terminate web-1 --dry-run
    """
    change(
        context,
        "Terminate",
        names,
        Options(dry_run=dry_run, yes=yes, wait=wait, key=key, typed="terminate"),
    )


def change(context: typer.Context, verb: str, names: list[str], options: Options) -> None:
    with connect(context) as gateway:
        found = find_machines(gateway, names)
        if verb == "Reboot":
            reboot_each(gateway, found, options)
        else:
            deed = f"{verb} {len(found)} machine{'s' * (len(found) > 1)}"
            act(gateway, deed, together(gateway, verb, found), options)


def together(gateway: Gateway, verb: str, found: list[MachineParts]) -> Submit:
    """One job for all of them: refused as a whole if one of them is refused."""
    ids = [one.id for one in found]
    if verb == "Start":
        return lambda key, dry: gateway.start_machines(
            StartVirtualMachinesInput(ids=ids, max=len(ids), idempotencyKey=key, dryRun=dry)
        )
    if verb == "Stop":
        return lambda key, dry: gateway.stop_machines(
            StopVirtualMachinesInput(ids=ids, max=len(ids), idempotencyKey=key, dryRun=dry)
        )
    return lambda key, dry: gateway.terminate_machines(
        TerminateVirtualMachinesInput(ids=ids, max=len(ids), idempotencyKey=key, dryRun=dry)
    )


def reboot_each(gateway: Gateway, found: list[MachineParts], options: Options) -> None:
    """The API reboots one machine in a job. Each has a key of its own, made of the command's."""
    for machine in found:
        own = Options(
            dry_run=options.dry_run,
            yes=options.yes,
            wait=options.wait,
            key=f"{options.key}-{machine.id}",
        )

        act(gateway, f"Reboot {machine.name}", alone(gateway, machine.id), own)


def alone(gateway: Gateway, id: str) -> Submit:  # noqa: A002 - the API's name
    return lambda key, dry: gateway.reboot_machine(
        RebootVirtualMachineInput(id=id, idempotencyKey=key, dryRun=dry)
    )
