"""Random operations over any schema: what Hypothesis draws, and most of it is valid.

An operation has aliases, fields asked for twice, inline and named fragments on whatever overlaps,
``@skip`` and ``@include``, arguments written out or in variables, given, null or left out.
"""

from dataclasses import dataclass, field

from graphql import (
    GraphQLNonNull,
    get_named_type,
    is_composite_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)
from graphql.type import is_abstract_type
from hypothesis import strategies as st

SCALARS = {
    "Int": st.integers(-2, 5),
    "Float": st.floats(-1, 1),
    "Boolean": st.booleans(),
    "String": st.sampled_from(["", "a", "wrong", "1"]),
    "ID": st.sampled_from(["", "x", "7"]),
    "JSON": st.sampled_from(["{}", 1, True]),
    "DateTime": st.sampled_from(["2024-01-01T00:00:00Z", "2999-12-31T00:00:00+02:00"]),
}


@dataclass
class Written:
    """The parts of an operation's text besides its selections."""

    fragments: list[str] = field(default_factory=list)
    declared: list[str] = field(default_factory=list)
    variables: dict = field(default_factory=dict)
    numbers: int = 0

    def number(self):
        self.numbers += 1
        return self.numbers


class Writer:
    """Draws one operation. ``pools``: values by the name of the argument or input field."""

    def __init__(self, draw, schema, pools):
        self._draw, self._schema, self._pools = draw, schema, pools
        self._written = Written()

    def operation(self, kind, depth):
        root = getattr(self._schema, f"{kind}_type")
        selection = self._selection(root, depth)
        declared = f"({', '.join(self._written.declared)})" if self._written.declared else ""
        text = "\n".join([f"{kind} Q{declared} {selection}", *self._written.fragments])
        return text, self._written.variables

    def _chance(self, percent):
        return self._draw(st.integers(1, 100)) <= percent

    def _selection(self, of, depth):
        count = self._draw(st.integers(1, 4))
        return "{ " + " ".join(self._selected(of, depth) for _ in range(count)) + " }"

    def _selected(self, of, depth):
        if depth > 0 and self._chance(20):
            return self._fragment(of, depth)
        fields = [
            (name, definition)
            for name, definition in getattr(of, "fields", {}).items()
            if depth > 0 or not is_composite_type(get_named_type(definition.type))
        ]
        if not fields or self._chance(8):
            return "__typename"
        return self._field(*self._draw(st.sampled_from(fields)), depth)

    def _field(self, name, definition, depth):
        arguments = self._arguments(definition.args)
        # A field with arguments gets an alias of its own, so that it conflicts with no other field.
        alias = f"{name}{self._written.number()}: " if arguments else self._alias(name)
        named = get_named_type(definition.type)
        below = f" {self._selection(named, depth - 1)}" if is_composite_type(named) else ""
        return f"{alias}{name}{arguments}{self._condition()}{below}"

    def _alias(self, name):
        return self._draw(st.sampled_from(["", "", "", f"{name}_a: ", f"{name}_b: "]))

    def _fragment(self, of, depth):
        on = self._draw(st.sampled_from(self._overlapping(of)))
        # Below a fragment depth goes down too, so that there is an end.
        body = self._selection(on, depth - 1)
        if self._chance(50):
            return f"... on {on.name}{self._condition()} {body}"
        name = f"F{self._written.number()}"
        self._written.fragments.append(f"fragment {name} on {on.name} {body}")
        return " ".join([f"...{name}{self._condition()}"] * self._draw(st.integers(1, 2)))

    def _overlapping(self, of):
        objects = self._schema.get_possible_types(of) if is_abstract_type(of) else [of]
        return [of, *objects, *(face for found in objects for face in found.interfaces)]

    def _condition(self):
        if not self._chance(10):
            return ""
        value = self._given(GraphQLNonNull(self._schema.get_type("Boolean")), st.booleans())
        return f" @{self._draw(st.sampled_from(['skip', 'include']))}(if: {value})"

    def _arguments(self, definitions):
        given = [
            f"{name}: {self._given(definition.type, self._values(name, definition.type))}"
            for name, definition in definitions.items()
            if is_required_argument(definition) or self._chance(40)
        ]
        return f"({', '.join(given)})" if given else ""

    def _given(self, of, values):
        """A value written out, or a variable for it that is given, null or left out."""
        value = self._draw(values)
        if self._chance(70):
            return literal(value, of)
        name = f"v{self._written.number()}"
        default = f" = {literal(self._draw(values), of)}" if self._chance(20) else ""
        declared = of.of_type if default and is_non_null_type(of) else of
        self._written.declared.append(f"${name}: {declared}{default}")
        if is_non_null_type(declared) or self._chance(80):
            # Null may be given even where the argument takes none, if the variable has a default.
            null = not is_non_null_type(declared) and self._chance(30)
            self._written.variables[name] = None if null else value
        return f"${name}"

    def _values(self, name, of):
        if is_non_null_type(of):
            return self._certain(name, of.of_type)
        return st.one_of(st.none(), *[self._certain(name, of)] * 4)

    def _certain(self, name, of):
        if is_list_type(of):
            return st.lists(self._values(name, of.of_type), max_size=2)
        if is_input_object_type(of):
            fields = {key: self._values(key, item.type) for key, item in of.fields.items()}
            needed = {key for key, item in of.fields.items() if is_required_input_field(item)}
            return st.fixed_dictionaries(
                {key: fields[key] for key in needed},
                optional={key: fields[key] for key in fields.keys() - needed},
            )
        if name in self._pools:
            return st.sampled_from(self._pools[name])
        return st.sampled_from(list(of.values)) if is_enum_type(of) else SCALARS[of.name]


def literal(value, of):
    """The value as GraphQL writes it."""
    of = of.of_type if is_non_null_type(of) else of
    if value is None:
        return "null"
    if is_list_type(of):
        return f"[{', '.join(literal(item, of.of_type) for item in value)}]"
    if is_input_object_type(of):
        fields = (f"{key}: {literal(item, of.fields[key].type)}" for key, item in value.items())
        return f"{{{', '.join(fields)}}}"
    if isinstance(value, str) and not is_enum_type(of) and of.name != "JSON":
        return f'"{value}"'
    return str(value).lower() if isinstance(value, bool) else str(value)


@st.composite
def operations(draw, schema, *, kind="query", depth=4, pools=None):
    """(text, variables) of a random operation of ``kind``, ``depth`` selections deep at most."""
    return Writer(draw, schema, pools or {}).operation(kind, depth)
