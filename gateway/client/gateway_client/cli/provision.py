"""``provision``: buys machines."""

from typing import Annotated, Any

import typer

from gateway_client.generated.input_types import ProvisionVirtualMachineInput, TagInput

from .acting import DryRun, Key, Options, Wait, Yes, act
from .connection import connect
from .targets import find_provider


def provision(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Of the machine; of several, NAME-1, NAME-2 …")],
    provider: Annotated[str, typer.Option(help="Its name or id.")],
    size: Annotated[str, typer.Option(help="The cloud's id of the size, for example t3.micro.")],
    image: Annotated[str, typer.Option(help="The cloud's id of the image.")],
    location: Annotated[
        str | None, typer.Option(help="The cloud's id of a zone or region.")
    ] = None,
    count: Annotated[int, typer.Option(min=1)] = 1,
    key_pair: Annotated[str | None, typer.Option(help="Name of a key pair for ssh.")] = None,
    security_group: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="KEY=VALUE; may be repeated.")] = None,
    user_data: Annotated[typer.FileText | None, typer.Option(help="A file for cloud-init.")] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    wait: Wait = True,
    key: Key = None,
) -> None:
    """Buy machines. With the same --key, a command that is repeated buys nothing twice.

    Example: gateway provision web --provider Demo --size t3.micro --image ami-… --dry-run
    """
    options = Options(dry_run=dry_run, yes=yes, wait=wait, key=key)
    optional = {
        "location": location,
        "keyPair": key_pair,
        "securityGroups": security_group,
        "tags": [tag_of(text) for text in tag] if tag else None,
        "userData": user_data.read() if user_data else None,
    }
    order: dict[str, Any] = {
        option: value for option, value in optional.items() if value is not None
    }
    with connect(context) as gateway:
        order |= {"provider": find_provider(gateway, provider).id, "name": name, "size": size}
        order |= {"image": image, "count": count}
        act(
            gateway,
            f"Provision {count} machine{'s' * (count > 1)} of size {size}",
            lambda key, dry: gateway.provision_machines(
                ProvisionVirtualMachineInput.model_validate(
                    order | {"idempotencyKey": key, "dryRun": dry}
                )
            ),
            options,
        )


def tag_of(text: str) -> TagInput:
    """Raises BadParameter if ``text`` is not KEY=VALUE."""
    key, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"{text!r} is not KEY=VALUE.", param_hint="--tag")
    return TagInput(key=key, value=value)
