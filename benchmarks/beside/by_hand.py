"""A page of stored machines by hand: the ORM's values and orjson, for this one question alone.

It authenticates, looks for the same sources, counts, pages and looks up sizes as the gateway does,
and its answer is equal to the gateway's. There is little left to leave out.
"""

import base64
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from gateway.core.accounts.authentication import authenticate
from gateway.core.ids import global_id
from inventory.models import Size, Source, VirtualMachine
from inventory.models.source import SourceResource

COLUMNS = (
    *("pk", "name", "state", "region", "vcpus", "memory", "public_ips", "created_at"),
    *("external_id", "provider_id", "size_id"),
)
Row = dict[str, Any]


def machines_by_hand(request: HttpRequest) -> HttpResponse:
    user = authenticate(request.headers)
    first = orjson.loads(request.body)["variables"]["first"]
    providers = _providers(user)
    machines = VirtualMachine.objects.filter(source__in=list(providers))
    total = machines.count()
    rows = list(machines.order_by("name", "pk").values(*COLUMNS)[: first + 1])
    more, rows = len(rows) > first, rows[:first]
    last = [rows[-1]["name"], str(rows[-1]["pk"])] if rows else None
    page = {
        "totalCount": total,
        "pageInfo": {
            "hasNextPage": more,
            "endCursor": base64.urlsafe_b64encode(orjson.dumps(last)).decode(),
        },
        "nodes": _nodes(rows, {row["provider_id"]: row for row in providers.values()}),
    }
    return HttpResponse(
        orjson.dumps({"data": {"virtualMachines": page}}), content_type="application/json"
    )


def _providers(user: Any) -> dict[int, Row]:
    """By source."""
    sources = Source.objects.filter(
        provider__owner=user, resource=SourceResource.VIRTUAL_MACHINES
    ).values("pk", "provider_id", "provider__public_id", "provider__name")
    return {row["pk"]: row for row in sources}


def _nodes(rows: list[Row], providers: dict[int, Row]) -> list[Row]:
    sizes = _sizes(rows, providers)
    public_ids = {pk: str(row["provider__public_id"]) for pk, row in providers.items()}
    nodes = {
        pk: {"id": global_id("Provider", public_ids[pk]), "name": row["provider__name"]}
        for pk, row in providers.items()
    }
    return [
        {
            "id": global_id(
                "VirtualMachine",
                f"{public_ids[row['provider_id']]}:{row['region']}:{row['external_id']}",
            ),
            "name": row["name"],
            "state": row["state"],
            "region": row["region"],
            "vcpus": row["vcpus"],
            "memory": row["memory"],
            "publicIps": row["public_ips"],
            "createdAt": row["created_at"],
            "provider": nodes[row["provider_id"]],
            "size": sizes[row["provider_id"], row["region"], row["size_id"]],
        }
        for row in rows
    ]


def _sizes(rows: list[Row], providers: dict[int, Row]) -> dict[tuple[int, str, str], Row]:
    wanted = {row["size_id"] for row in rows}
    sizes = Size.objects.filter(provider__in=list(providers), external_id__in=wanted).values(
        "provider_id", "region", "external_id", "name", "memory"
    )
    found = {}
    for size in sizes:
        public_id = providers[size["provider_id"]]["provider__public_id"]
        local = f"{public_id}:{size['region']}:{size['external_id']}"
        key = size["provider_id"], size["region"], size["external_id"]
        found[key] = {
            "id": global_id("Size", local),
            "name": size["name"],
            "memory": size["memory"],
        }
    return found
