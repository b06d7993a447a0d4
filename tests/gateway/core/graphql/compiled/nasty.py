"""A small schema with every nasty case: fields that raise, null where it must not be, lists in
lists, values of a wrong type, and types that are resolved late or not at all.

Fields without a resolver are read by Graphene's default resolver, from objects and dicts alike.
"""

from datetime import UTC, datetime
from enum import Enum
from types import SimpleNamespace

import graphene
from graphql import GraphQLError

from gateway.core.errors import NotFound
from gateway.core.graphql.pure import pure


class Colour(Enum):
    RED = 1
    BLUE = 2


Colours = graphene.Enum.from_enum(Colour)


class Named(graphene.Interface):
    name = graphene.String()
    strict = graphene.String(required=True)

    @classmethod
    def resolve_type(cls, value, _info):
        return {"leaf": Leaf, "tree": Tree, "int": graphene.Int}.get(kind_of(value))


def kind_of(value):
    return value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)


class Leaf(graphene.ObjectType):
    class Meta:
        interfaces = (Named,)

    colour = graphene.Field(Colours)
    strict_colour = graphene.Field(Colours, required=True)
    number = graphene.Int()
    flag = graphene.Boolean()
    weight = graphene.Float()
    at = graphene.DateTime()
    key = graphene.ID()
    path = graphene.String(required=True)
    dear = graphene.Int(times=graphene.Int(default_value=1), of=graphene.String(required=True))

    measured = graphene.String(unit=graphene.String(required=True))

    @staticmethod
    def resolve_path(_leaf, info):
        names = [info.parent_type.name, info.field_name, str(len(info.field_nodes))]
        return "/".join(map(str, [*info.path.as_list(), *names]))

    @staticmethod
    def resolve_dear(_leaf, _info, times, of):
        if of == "wrong":
            raise NotFound("of")
        return times * len(of)


class Picky(graphene.ObjectType):
    """Only dicts are of this type."""

    class Meta:
        possible_types = (dict,)

    name = graphene.String()
    strict = graphene.String(required=True)


class Stone(graphene.ObjectType):
    """Many trees have the same stone: a field of it that fails, fails at each tree."""

    name = graphene.String()
    strict = graphene.String(required=True)
    hardness = graphene.Int()
    strict_hardness = graphene.Int(required=True)
    kind = graphene.String(required=True)
    place = graphene.String(required=True)

    @staticmethod
    @pure
    def resolve_hardness(stone):
        return 10 // stone.weight

    @classmethod
    @pure
    def resolve_kind(cls, stone):
        return f"{cls.__name__} of {stone.weight}"

    @staticmethod
    def resolve_place(_stone, _info):
        """Differs with the info, whatever the parameter's name says."""
        return str(_info.path.as_list())

    resolve_strict_hardness = resolve_hardness


class Tree(graphene.ObjectType):
    class Meta:
        interfaces = (Named,)

    leaf = graphene.Field(Leaf)
    strict_leaf = graphene.Field(Leaf, required=True)
    named = graphene.Field(Named)
    strict_named = graphene.Field(Named, required=True)
    either = graphene.Field(lambda: Either)
    eithers = graphene.List(lambda: Either)
    picky = graphene.Field(Picky)
    pickies = graphene.List(graphene.NonNull(Picky))
    leaves = graphene.List(Leaf)
    strict_leaves = graphene.List(graphene.NonNull(Leaf))
    table = graphene.List(graphene.List(graphene.NonNull(graphene.Int)))
    strict_table = graphene.NonNull(
        graphene.List(graphene.NonNull(graphene.List(graphene.NonNull(Leaf))))
    )
    colours = graphene.List(Colours)
    raising = graphene.String()
    strict_raising = graphene.String(required=True)
    refusing = graphene.List(graphene.String)
    tree = graphene.Field(lambda: Tree)
    strict_tree = graphene.Field(lambda: Tree, required=True)
    stone = graphene.Field(Stone)
    strict_stone = graphene.Field(Stone, required=True)
    stones = graphene.List(Stone)
    grove = graphene.List(Leaf)
    strict_grove = graphene.List(graphene.NonNull(Leaf))
    quarry = graphene.List(graphene.NonNull(Stone))

    @staticmethod
    @pure
    def resolve_stone(tree):
        return tree.stones[0]

    resolve_strict_stone = resolve_stone

    @staticmethod
    def resolve_raising(_tree, _info):
        raise ValueError("It raises.")

    @staticmethod
    def resolve_strict_raising(_tree, info):
        raise GraphQLError("It raises too.", nodes=info.field_nodes, extensions={"code": "X"})

    @staticmethod
    def resolve_refusing(_tree, _info):
        yield "first"
        raise RuntimeError("There is no second.")


class Either(graphene.Union):
    class Meta:
        types = (Leaf, Tree, Picky)

    @classmethod
    def resolve_type(cls, value, _info):
        return {"leaf": Leaf, "tree": Tree, "picky": Picky}.get(kind_of(value))


class Sow(graphene.Mutation):
    """The root field is nullable, and the payload may be missing."""

    class Arguments:
        count = graphene.Int()

    tree = graphene.Field(Tree, required=True)

    @staticmethod
    def mutate(_root, info, count=0):
        info.context.append(count)
        return Sow(tree=tree(info.context[0]) if count else None)


class Query(graphene.ObjectType):
    tree = graphene.Field(Tree)
    strict_tree = graphene.Field(Tree, required=True)
    either = graphene.Field(Either)
    nothing = graphene.Field(Leaf)
    trees = graphene.List(Tree)
    forest = graphene.List(Tree)

    @staticmethod
    def resolve_forest(_root, info):
        return [tree(info.context[0]) for _ in range(3)]

    @staticmethod
    def resolve_tree(_root, info):
        return tree(info.context[0])

    resolve_strict_tree = resolve_tree

    @staticmethod
    def resolve_either(_root, info):
        return one_of(info.context[0], [*named_things(info.context[0]), {"kind": "picky"}])

    @staticmethod
    def resolve_trees(_root, info):
        return (tree(info.context[0]) for _ in range(3))


class Mutation(graphene.ObjectType):
    sow = Sow.Field()


SCHEMA = graphene.Schema(query=Query, mutation=Mutation).graphql_schema


STONES = [
    SimpleNamespace(name="granite", strict="yes", weight=2),
    SimpleNamespace(name="pumice", strict="yes", weight=0),
    SimpleNamespace(name=ValueError("no name"), strict=None, weight=5),
    KeyError("no such stone"),
    None,
]


class Odd:
    """An object with a property that raises, and with values of a wrong type."""

    kind = "leaf"
    strict = None
    colour = "GREEN"
    flag = 7
    number = 2**40
    weight = float("nan")
    at = "yesterday"
    key = object

    @property
    def name(self):
        raise LookupError("There is no name.")

    @property
    def strict_colour(self):
        return NotFound("colour")


def one_of(random, values):
    return values[random.randrange(len(values))]


LEAF = SimpleNamespace(
    kind="leaf",
    name="beech",
    strict="yes",
    colour=Colour.RED,
    strict_colour=Colour.BLUE,
    number=7,
    flag=True,
    weight=2,
    at=datetime(2024, 2, 29, tzinfo=UTC),
    key="k",
)
"""No field of it fails."""


def named_things(random):
    """Leaves and what passes for one; some have no type, or none that fits."""
    return [
        leaf(random),
        tree(random, depth=2),
        Odd(),
        {"kind": None},
        {"kind": "int"},
        {"kind": "leaf", "name": "dict", "strict": "yes", "strict_colour": Colour.RED},
        None,
        KeyError("no such thing"),
        7,
    ]


def leaf(random):
    return SimpleNamespace(
        kind="leaf",
        name=one_of(random, ["oak", "", None, 5, True, ["list"], ValueError("bad name")]),
        strict=one_of(random, ["yes", "yes", "yes", None, 1.5]),
        colour=one_of(random, [Colour.RED, 1, True, "BLUE", 9, None, [1]]),
        strict_colour=one_of(random, [Colour.BLUE, 2, "RED", None]),
        number=one_of(random, [1, -(2**31), 2**31, 1.0, 1.5, "12", "x", None, True]),
        flag=one_of(random, [True, False, 1, "yes", None]),
        weight=one_of(random, [1, 2.5, "3", float("inf"), None]),
        at=one_of(random, [None, datetime(2024, 2, 29, tzinfo=UTC), "soon"]),
        key=one_of(random, ["k", 7, 2.5, None, {}]),
    )


def tree(random, depth=0):
    if depth > 2:
        return None
    deeper = depth + 1
    things = [leaf(random), Odd(), None, IndexError("no leaf")]
    return SimpleNamespace(
        kind="tree",
        name="tree",
        strict="strict",
        leaf=one_of(random, things),
        strict_leaf=one_of(random, [leaf(random), *things]),
        named=one_of(random, named_things(random)) if depth < 2 else None,
        strict_named=leaf(random),
        either=one_of(random, [leaf(random), {"kind": "picky", "strict": "x"}, Odd(), {}]),
        eithers=[leaf(random), None, {"kind": "picky"}, SimpleNamespace(kind="picky")],
        picky=one_of(random, [{"strict": "x"}, {}, Odd()]),
        pickies=one_of(random, [[{"strict": "x"}], [{}, Odd()], (), {"strict": "x"}, "text", 5]),
        leaves=[leaf(random), Odd(), None, TypeError("not this leaf")],
        strict_leaves=one_of(random, [[leaf(random)], [None], [leaf(random), Odd()], {leaf: 1}]),
        table=one_of(random, [[[1, 2], [3]], [[1, None], None, [2]], [1], [[1, "x"], [4.0]], None]),
        strict_table=one_of(random, [[[leaf(random)], []], [[leaf(random)], [None]], [None], None]),
        colours=one_of(random, [[1, True, Colour.RED, "BLUE", [1], 3], (), "RED", None]),
        tree=tree(random, deeper),
        strict_tree=tree(random, deeper),
        grove=[LEAF] * 2 + one_of(random, [[], [LEAF], [None], [leaf(random)], [Odd()]]),
        strict_grove=[LEAF, LEAF, one_of(random, [LEAF, LEAF, leaf(random)])],
        quarry=[STONES[0], STONES[0], one_of(random, STONES[:3])],
        stones=[one_of(random, STONES), *STONES, one_of(random, STONES)],
    )
