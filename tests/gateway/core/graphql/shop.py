"""A small schema for the tests of gateway.core: it has each shape that the walk and limits meet."""

import graphene
from graphql import parse

from gateway.core.errors import NotFound, RateLimited
from gateway.core.graphql.collect import Operation


class Sold(graphene.Interface):
    """An object that can be sold."""

    name = graphene.String(upper=graphene.Boolean(default_value=False))


class Book(graphene.ObjectType):
    class Meta:
        interfaces = (Sold,)

    pages = graphene.Int()
    sequels = graphene.List(lambda: Book, first=graphene.Int(default_value=10))


class Pen(graphene.ObjectType):
    class Meta:
        interfaces = (Sold,)

    colour = graphene.String()


class Anything(graphene.Union):
    class Meta:
        types = (Book, Pen)


class Query(graphene.ObjectType):
    book = graphene.Field(Book, title=graphene.String())
    sold = graphene.List(Sold)
    found = graphene.List(Anything)
    lost = graphene.Field(Book)
    often = graphene.String()
    broken = graphene.String()
    who = graphene.String()
    noted = graphene.String()

    @staticmethod
    def resolve_book(_root, _info, title="Emma"):
        return {"name": title, "pages": 100}

    @staticmethod
    def resolve_lost(_root, _info):
        raise NotFound("No such book.", field="title")

    @staticmethod
    def resolve_often(_root, _info):
        raise RateLimited("Too often.", retry_after=7)

    @staticmethod
    def resolve_broken(_root, _info):
        raise RuntimeError("the password is swordfish")

    @staticmethod
    def resolve_who(_root, info):
        return info.context.user

    @staticmethod
    def resolve_noted(_root, info):
        info.context.extensions["noted"] = True
        return "noted"


class Buy(graphene.Mutation):
    class Arguments:
        title = graphene.String()

    bought = []
    title = graphene.String()

    @classmethod
    def mutate(cls, _root, _info, title):
        cls.bought.append(title)
        return cls(title=title)


class Mutation(graphene.ObjectType):
    buy = Buy.Field()


def build_schema():
    return graphene.Schema(query=Query, mutation=Mutation, types=[Pen, Book]).graphql_schema


SCHEMA = build_schema()


def operation_of(text, **variables):
    """The first operation of ``text``, to be walked."""
    definitions = parse(text).definitions
    fragments = {node.name.value: node for node in definitions if node.kind.startswith("fragment")}
    return Operation(SCHEMA, definitions[0], fragments, variables)
