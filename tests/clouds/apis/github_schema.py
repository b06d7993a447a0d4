"""The excerpt of GitHub's published schema that the kind's queries are checked against.

    python -m tests.clouds.apis.github_schema SCHEMA.graphql > EXCERPT

``SCHEMA.graphql`` is that of the npm package @octokit/graphql-schema, which follows
https://docs.github.com/public/fpt/schema.docs.graphql. The excerpt keeps the fields that a query
uses, with all their arguments. It keeps enums and inputs in full.
"""

import sys
from pathlib import Path

from graphql import (
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    is_abstract_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
    parse,
    print_type,
    visit,
)

from inventory.providers.github import queries

EXCERPT = Path(__file__).parents[2] / "recordings" / "github" / "schema.graphql"
HEAD = (
    "# Of @octokit/graphql-schema 15.26.1 (MIT), cut by tests/clouds/apis/github_schema.py to\n"
    "# what the queries of inventory/providers/github/queries.py use.\n"
)

# The types that implement the selected interfaces.
IMPLEMENTING = {"User", "Organization", "Repository", "Issue", "PullRequest"}


def excerpt() -> GraphQLSchema:
    return build_schema(EXCERPT.read_text(encoding="utf-8"))


class _Used(Visitor):
    """The fields of each type that documents select."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info
        self.fields: dict[str, set[str]] = {}

    def enter_field(self, node, *_):
        parent = self._info.get_parent_type()
        if node.name.value != "__typename":
            self.fields.setdefault(parent.name, set()).add(node.name.value)

    def enter_inline_fragment(self, node, *_):
        self.fields.setdefault(node.type_condition.name.value, set())


def cut(schema: GraphQLSchema) -> str:
    kept, inputs, parts = _kept(schema), set(), []
    for name in sorted(kept):
        kind = schema.type_map[name]
        if is_object_type(kind) or is_interface_type(kind):
            parts.append(_type_text(kind, kept, inputs))
        elif not name.startswith("__"):
            inputs.add(name)
    return "\n\n".join([HEAD.rstrip("\n"), *parts, *_inputs(schema, inputs)]) + "\n"


def _used(schema):
    info = TypeInfo(schema)
    used = _Used(info)
    for document in queries.ALL:
        visit(parse(document), TypeInfoVisitor(info, used))
    return used.fields


def _kept(schema):
    """The fields to keep, by type."""
    kept = _used(schema)
    for name, fields in list(kept.items()):
        for field in fields:
            kept.setdefault(get_named_type(schema.type_map[name].fields[field].type).name, set())
    for name in kept:  # of Node, which many implement, nothing else is selected
        if "id" in getattr(schema.type_map[name], "fields", {}):
            kept[name].add("id")
    for face in [name for name in kept if is_abstract_type(schema.type_map[name])]:
        types = {one.name for one in schema.get_possible_types(schema.type_map[face])}
        for name in IMPLEMENTING & types:
            kept.setdefault(name, set()).update(kept[face])
    return kept


def _type_text(kind, kept, inputs):
    word = "type" if is_object_type(kind) else "interface"
    faces = [one.name for one in kind.interfaces if one.name in kept]
    lines = []
    for name in sorted(kept[kind.name]):
        field = kind.fields[name]
        arguments = []
        for argument, one in field.args.items():
            inputs.add(get_named_type(one.type).name)
            arguments.append(f"{argument}: {one.type}")
        shown = f"({', '.join(arguments)})" if arguments else ""
        lines.append(f"  {name}{shown}: {field.type}")
    implements = f" implements {' & '.join(faces)}" if faces and word == "type" else ""
    return "\n".join([f"{word} {kind.name}{implements} {{", *lines, "}"])


def _inputs(schema, names):
    seen, waiting, texts = set(), sorted(names), []
    while waiting:
        name = waiting.pop(0)
        if name in seen or name in {"String", "Int", "ID", "Boolean", "Float"}:
            continue
        seen.add(name)
        kind = schema.type_map[name]
        if is_input_object_type(kind):
            waiting += [get_named_type(one.type).name for one in kind.fields.values()]
        texts.append(_without_descriptions(print_type(kind)))
    return texts


def _without_descriptions(text):
    lines, inside = [], False
    for line in text.splitlines():
        quotes = line.count('"""')
        if quotes:
            inside = inside if quotes > 1 else not inside
            continue
        if not inside and line.strip():
            lines.append(line)
    return "\n".join(lines)


if __name__ == "__main__":
    # The published schema defines two fields twice.
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    sys.stdout.write(cut(build_schema(text, assume_valid_sdl=True)))
