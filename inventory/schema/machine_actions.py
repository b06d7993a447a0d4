"""Mutations of machines that take more than the machine: a resize, tags, an order."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import graphene

from gateway.core.errors import InvalidInput, NotFound
from gateway.core.graphql.context import Context
from gateway.core.ids import local_id
from inventory.access import Role
from inventory.models import Repository
from inventory.operations.actions.virtual_machines import MACHINE
from inventory.schema.actions import (
    ActionMutation,
    Request,
    TagInput,
    dry_run_argument,
    pairs_of,
    target_input,
)
from inventory.schema.code_hosts import find_repository
from inventory.schema.named import provider_named, target_named
from inventory.schema.repositories import load_repository
from inventory.schema.table.values import checked_price
from inventory.services import machine_dry_runs as dry_runs
from inventory.services import machines as services
from inventory.services.checkouts import Checkout
from inventory.services.orders import ProvisionRequest
from inventory.services.tags import clean_tags
from inventory.types import SpotOrder
from jobs.schema import idempotency_key_argument

SIZE = "The id of a Size, the cloud's own id, or a name if it is unique."
MachineInput: Any = target_input(MACHINE)


class ResizeVirtualMachine(ActionMutation):
    """Change a machine's size. It must be stopped, or be allowed to be stopped first."""

    class Input(MachineInput):
        size = graphene.String(required=True, description=SIZE)
        stop_first = graphene.Boolean(
            default_value=False,
            description="Stop a running machine first, and start it again afterwards.",
        )

    submit, check = staticmethod(services.machine_resize), staticmethod(dry_runs.dry_run_resize)

    @classmethod
    def request(
        cls,
        context: Context,
        *,
        id: str,  # noqa: A002 - the contract's name
        size: str,
        stop_first: bool | None = False,
    ) -> Request:
        return {
            "machine": target_named(context, MACHINE, id),
            "size": size,
            "stop_first": bool(stop_first),
        }


class TagVirtualMachine(ActionMutation):
    """Set tags of a machine and remove others; those that are not named stay."""

    class Input(MachineInput):
        set = graphene.List(graphene.NonNull(TagInput), description="Tags to set.")
        remove = graphene.List(
            graphene.NonNull(graphene.String),
            description="Keys of tags to remove. Where tags are words (DigitalOcean, Linode), "
            "k8s:worker removes this word only.",
        )

    submit, check = staticmethod(services.machine_tag), staticmethod(dry_runs.dry_run_tag)

    @classmethod
    def request(
        cls,
        context: Context,
        *,
        id: str,  # noqa: A002 - the contract's name
        set: Sequence[Any] | None = None,  # noqa: A002 - the contract's name
        remove: Sequence[str] | None = None,
    ) -> Request:
        return {
            "machine": target_named(context, MACHINE, id),
            "wanted": clean_tags(pairs_of(set), field="set"),
            "unwanted": list(remove or ()),
        }


class SpotInput(graphene.InputObjectType):
    """Spare capacity of a cloud."""

    max_price_per_hour = graphene.Float(
        description="The highest price of an hour, in US dollars. The machine is terminated when "
        "the price rises above it. Absent: the price on demand."
    )


class ProvisionVirtualMachine(ActionMutation):
    """Buy one machine, or several of the same kind. The job succeeds when all are seen running."""

    class Input:
        provider = graphene.ID(required=True, description="The provider to buy from.")
        name = graphene.String(
            required=True, description="Its name; of several, <name>-1 to <name>-<count>."
        )
        size = graphene.String(required=True, description=SIZE)
        image = graphene.String(
            required=True,
            description="The id of an Image, the cloud's own id, or a name if it is unique.",
        )
        location = graphene.String(
            description="The id of a Location, the cloud's own id, its name, or a region. "
            "Absent: the first of the provider's regions that offers size and image."
        )
        count = graphene.Int(
            default_value=1,
            description="How many machines, 1 to 50. For several, the job has a child for each.",
        )
        key_pair = graphene.String(description="The name of a key pair at the cloud.")
        security_groups = graphene.List(
            graphene.NonNull(graphene.String), description="Names of security groups at the cloud."
        )
        tags = graphene.List(graphene.NonNull(TagInput), description="Tags to set.")
        user_data = graphene.String(description="The script of the machine's first boot.")
        spot = graphene.InputField(
            SpotInput,
            description="Order a spot machine: spare capacity, at a price that changes. Its "
            "cloud may take it back at any time.",
        )
        repository = graphene.ID(
            description="A Repository that the machine clones to /opt/<name> at its first boot, "
            "without credentials, in place of userData."
        )
        ref = graphene.String(
            description="The branch, tag or commit of the repository. Absent: its default branch."
        )
        idempotency_key = idempotency_key_argument()
        dry_run = dry_run_argument()

    submit = staticmethod(services.machine_provision)
    check = staticmethod(dry_runs.dry_run_provision)

    @classmethod
    def request(
        cls,
        context: Context,
        *,
        provider: str,
        count: int | None = None,
        tags: Sequence[Any] | None = None,
        security_groups: Sequence[str] | None = None,
        repository: str | None = None,
        ref: str | None = None,
        spot: Any | None = None,
        **given: Any,
    ) -> Request:
        return {
            "provider": provider_named(context, provider, Role.OPERATOR, field="provider"),
            "request": ProvisionRequest(
                tags=pairs_of(tags),
                security_groups=list(security_groups or ()),
                checkout=_checkout(context, repository, ref),
                spot=None if spot is None else _spot(spot),
                **given,
            ),
            "count": 1 if count is None else count,
        }


def _spot(given: Mapping[str, Any]) -> SpotOrder:
    """Raises InvalidInput for a price that is none."""
    price = given.get("max_price_per_hour")
    field = "spot.maxPricePerHour"
    return SpotOrder(None if price is None else checked_price(price, field=field))


def _checkout(context: Context, repository: str | None, ref: str | None) -> Checkout | None:
    """Raises InvalidInput for a ref of nothing, and for the id of another type."""
    if repository is None:
        if ref is not None:
            raise InvalidInput("ref needs a repository, and none is given.", field="ref")
        return None
    local = local_id(repository, of="Repository", field="repository")
    return Checkout(repository, ref, partial(_repository, context, local))


def _repository(context: Context, local: str) -> Repository:
    """As it is stored; one that no list has shown, as those of an organization, is asked for.

    Raises NotFound for one that the caller may not see, and ExpectedError with its host's failure.
    """
    row: Repository | None = load_repository(context.user, local)
    if row is None:
        row = find_repository(context.user, local)
    if row is None:
        raise NotFound("There is no repository with this id.", field="repository")
    return row
