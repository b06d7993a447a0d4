"""The same page by graphene-django as its documentation has it: DjangoObjectType, connections.

It has the usual improvements: ``select_related``, no limit below the page, a total. It builds a
size from the machine's own row, without a query of the catalogue. It authenticates as the gateway
does, once in the view.
"""

from typing import Any

import graphene
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from graphene import relay
from graphene_django import DjangoConnectionField, DjangoObjectType
from graphene_django.views import GraphQLView

from gateway.core.accounts.authentication import authenticate
from inventory import models


class StockProvider(DjangoObjectType):
    class Meta:
        model = models.Provider
        interfaces = (relay.Node,)
        fields = ("id", "name")


class StockSize(graphene.ObjectType):
    id = graphene.ID()
    name = graphene.String()
    memory = graphene.Int()


class CountedConnection(relay.Connection):
    class Meta:
        abstract = True

    total_count = graphene.Int()

    @staticmethod
    def resolve_total_count(connection: Any, _info: Any) -> int:
        count: int = connection.length
        return count


class StockMachine(DjangoObjectType):
    class Meta:
        model = models.VirtualMachine
        interfaces = (relay.Node,)
        connection_class = CountedConnection
        convert_choices_to_enum = False
        fields = ("id", "name", "state", "region", "vcpus", "memory", "created_at", "provider")

    public_ips = graphene.List(graphene.String)
    size = graphene.Field(StockSize)

    @staticmethod
    def resolve_size(machine: models.VirtualMachine, _info: Any) -> dict[str, Any]:
        return {"id": machine.size_id, "name": machine.size_name, "memory": machine.memory}


class Query(graphene.ObjectType):
    virtual_machines = DjangoConnectionField(StockMachine, max_limit=None)

    @staticmethod
    def resolve_virtual_machines(
        _root: None, info: Any, **_arguments: Any
    ) -> QuerySet[models.VirtualMachine]:
        machines = models.VirtualMachine.objects.filter(provider__owner=info.context.user)
        return machines.select_related("provider").order_by("name", "pk")


_view = GraphQLView.as_view(schema=graphene.Schema(query=Query))


def stock_view(request: HttpRequest) -> HttpResponse:
    request.user = authenticate(request.headers)  # type: ignore[assignment]  # stubs want a User
    response: HttpResponse = _view(request)
    return response
