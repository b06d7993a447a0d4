"""All that is derived of a resource, in text: for ``explain_resource`` and docs/resources.md."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from graphene.utils.str_converters import to_camel_case, to_snake_case

from inventory.operations.actions import ACTIONS, TARGET_TYPES, Change
from inventory.resources import Resource, all_resources
from inventory.resources.base import Fact, Filter, Order
from inventory.resources.groups import GroupField, group_fields, tag_filter
from inventory.resources.history import noted
from inventory.resources.priced import COLUMN, has_costs
from inventory.schema.derived_actions import action_mutations
from inventory.schema.table.derive import aggregate_of, planners
from inventory.schema.table.filters import KINDS, filter_description
from inventory.schema.table.links import link_targets
from inventory.schema.table.named_types import INTERFACES
from inventory.schema.table.subscriptions import subscriptions_of
from inventory.schema.table.types import interfaces_of, is_required, type_name_of
from inventory.selectors.changes import name_in_schema
from inventory.selectors.rows import order_column, order_name

HEAD = """\
# Resources

`make resources` writes this page from the declarations in `inventory/resources/`; a test compares
the two. These are the types of objects that the gateway lists live.
`./manage.py explain_resource NAME` shows what is derived from a declaration, and where each part is
declared.

"""


def field_type(resource: Resource, name: str) -> str:
    """As the schema writes it."""
    of = type_name_of(resource, name)
    if resource.is_list(name):
        of = f"[{of}!]"
    return f"{of}!" if is_required(resource, name) else of


def filter_type(resource: Resource, one: Filter) -> str:
    kind = KINDS[one.how]
    of = str(kind.item(resource))
    return f"[{of}!]" if kind.several else of


def live_places(resource: Resource) -> list[str]:
    """The fields derived of resources that ask clouds for it: its own, and links that show it."""
    every = [
        (place, plural) for one in all_resources() for place, plural in link_targets(one).items()
    ]
    own = [place for place in planners(resource) if place not in link_targets(resource)]
    linked = [place for place, plural in every if plural == resource.plural]
    return [f"{type_name}.{field}" for type_name, field in (*own, *linked)]


def explanation(resource: Resource) -> Iterator[str]:
    """Lines: each derived field, its column or function, and where that is declared."""
    name = resource.type_name
    implemented = " & ".join(one._meta.name for one in interfaces_of(resource))  # noqa: SLF001 - Graphene keeps the name of a type there
    yield f"{name}: {resource.description}"
    yield _line("  declared", "", resource.where)
    yield f"  sources of {resource.plural}; model {resource.model._meta.label}"  # noqa: SLF001 - Django's documented API
    yield f"  read by {', '.join(live_places(resource))}, with receipts"
    yield f"  {_seen(resource)}; node(id:) shows what is stored"
    yield from _keeping(resource)
    if not resource.is_derived_at_root:
        yield "  its list and its single read at the root are written by hand"
    yield from _elsewhere(resource)
    yield f"type {name} implements {implemented}"
    yield from _inherited(resource)
    for public, fact in resource.facts.items():
        of = f"  {to_camel_case(public)}: {field_type(resource, public)}"
        yield _line(of, _origin(resource, public, fact), fact.where)
        if fact.usual is not None:
            yield f"    a query's cost takes it for {fact.usual} objects"
    if resource.states is not None:
        yield f"enum {name}State: {', '.join(resource.states)}"
    if not resource.has_root_list:
        return
    yield f"type {name}Connection implements LiveConnection: nodes, edges, totalCount, sources"
    yield f"input {name}Filter: {filter_description(resource)}"
    for public, one in resource.filters.items():
        of = f"  {to_camel_case(public)}: {filter_type(resource, one)}"
        yield _line(of, _comparison(public, one), one.where)
    yield f"input {name}Order; enum {name}OrderField; the first is the usual one"
    for public, order in resource.orders.items():
        yield _line(f"  {public.upper()}", _ordering(resource, public), order.where)
    yield from _aggregate(resource)


def _aggregate(resource: Resource) -> Iterator[str]:
    """The keys of groups, and the sums that exist."""
    name = resource.type_name
    yield f"type {name}Aggregate; input {name}GroupBy; enum {name}GroupField"
    for public, of in group_fields(resource).items():
        yield _line(f"  {public.upper()}", f"{of.by} {of.column}".rstrip(), "")
    pairs = tag_filter(resource)
    if pairs is not None:
        yield _line("  or the values of a tag key", f"column {pairs[0]}", pairs[1].where)
    for public, fact in resource.facts.items():
        if fact.measure:
            yield _line(f"  the sum of {public}", f"column {public}", fact.where)
    if has_costs(resource):
        yield _line("  the costs", f"column {COLUMN}", resource.facts[COLUMN].where)
    yield f"type {name}Diff; type {name}Difference"
    for one in noted(resource):
        columns = ", ".join(one.columns)
        yield _line(f"  {name_in_schema(resource, one.name)}", f"column {columns}", "")


def _seen(resource: Resource) -> str:
    """Its owner. Rows that no cloud lists have fields, and rights, that are written by hand."""
    others = "; an imported one to every user, and one that was added here to its creator"
    rows = "" if resource.is_derived_at_root else others
    return f"visible to users who can see its provider{rows}"


def _elsewhere(resource: Resource) -> Iterator[str]:
    """Where its rows are shown besides the fields that read them, and the mutations."""
    if not resource.has_root_list:
        return
    plural, totals = to_camel_case(resource.plural), to_camel_case(aggregate_of(resource))
    yield f"  streamed by Subscription.{', Subscription.'.join(subscriptions_of(resource))}"
    yield f"  exported as /export/{plural}.csv and /export/{totals}.csv, and in other formats"
    yield f"  found by Query.search, as {to_snake_case(resource.type_name).upper()}"
    for names, what in ((_mutations(resource), "one"), (_bulk(resource), "many")):
        if names:
            yield f"  changed, {what} at once, by {', '.join(map(to_camel_case, names))}"


def _mutations(resource: Resource) -> list[str]:
    """The mutations of one object, and those that create one, in snake case."""
    types = [one for one in TARGET_TYPES if one.resource == resource.plural]
    return [name for one in types for name in action_mutations(one)._meta.fields]  # noqa: SLF001 - Graphene keeps the fields of a type there


def _bulk(resource: Resource) -> list[str]:
    return [
        f"{one.name}_{resource.plural}"
        for one in ACTIONS
        if isinstance(one, Change) and one.bulk and one.target_type.resource == resource.plural
    ]


def _keeping(resource: Resource) -> Iterator[str]:
    """How its rows are kept."""
    yield f"  listed by kinds with {resource.capability}, as {resource.record.__name__}"
    kept = resource.observation
    if kept is None:
        yield "  a listing replaces all rows of its source"
        return
    removed = f"one that was removed is {kept.removed}" if kept.removed else "none can be removed"
    yield f"  a row that listings lack becomes MISSING; {removed}"
    yield f"  search looks into {', '.join(kept.searched)}"
    yield f"  changes are noted of {', '.join(one.name for one in noted(resource))}"


def _inherited(resource: Resource) -> Iterator[str]:
    """The fields that an interface declares; ``id`` is made of provider, region and own id."""
    yield _line("  id: ID!", f"a function of {', '.join(resource.columns_of('id'))}", "")
    for interface in resource.interfaces:
        for public in INTERFACES[interface]._meta.fields:  # noqa: SLF001 - Graphene keeps the fields of a type there
            if public != "id" and public not in resource.facts:
                yield _line(f"  {to_camel_case(public)}: as {interface}", f"column {public}", "")


def _line(what: str, how: str, where: object) -> str:
    return f"{what:<46} {how:<44} {where}".rstrip()


def _origin(resource: Resource, name: str, fact: Fact) -> str:
    columns = ", ".join(resource.columns_of(name)) or "the source alone"
    if fact.entry is not None:
        stands_in = ", ".join(fact.entry.columns.values())
        return f"entry {columns}, or {stands_in}"
    if fact.link is not None:
        return f"the {fact.type} named by {columns}"
    if fact.type == "Provider":
        return "the source's"
    if fact.read is not None:
        return f"a function of {columns}"
    return f"column {name}" if name in resource.columns else f"a property of {columns}"


def _comparison(name: str, one: Filter) -> str:
    terms = f" in {one.terms.__name__}" if one.terms else ""
    return f"{one.how} {one.column or name}{terms}"


def _ordering(resource: Resource, name: str) -> str:
    column = order_column(resource, name)
    if order_name(resource, name) == column:
        return f"column {column}"
    place = "last" if resource.orders[name].unknown_last else "first"
    return f"column {column}; null comes {place}"


def reference(resources: Iterable[Resource]) -> str:
    """docs/resources.md."""
    return HEAD + "\n".join("\n".join(_section(one)) for one in resources)


def _section(resource: Resource) -> Iterator[str]:
    yield f"## {resource.type_name}\n\n{resource.description}\n"
    places = ", ".join(f"`{place}`" for place in live_places(resource))
    yield f"Read live by {places}. {_seen(resource).capitalize()}.\n"
    yield from _table("field", resource.facts, lambda name: field_type(resource, name))
    if resource.has_root_list:
        filters = resource.filters
        yield from _table("filter", filters, lambda name: filter_type(resource, filters[name]))
        yield from _table("order", resource.orders, None, named=str.upper)
        yield from _table("group", group_fields(resource), None, named=str.upper)


Parts = Mapping[str, Fact | Filter | Order | GroupField]


def _table(
    title: str,
    parts: Parts,
    type_of: Callable[[str], str] | None,
    *,
    named: Callable[[str], str] = to_camel_case,
) -> Iterator[str]:
    yield f"| {title} | {'type |' if type_of else ''} |\n|---|---|{'---|' if type_of else ''}"
    for name, one in parts.items():
        of = f"`{type_of(name)}` | " if type_of else ""
        yield f"| `{named(name)}` | {of}{one.description} |"
    yield ""
