"""Names in GraphQL of what is derived of the resources, for tests that try all of them."""

from graphene.utils.str_converters import to_camel_case

from inventory.resources import all_resources
from inventory.schema.table.derive import single_name

RESOURCES = all_resources()
# The resources with a derived root list, filter, order and single read.
LISTED = [one for one in RESOURCES if one.has_root_list and one.is_derived_at_root]
TYPES = [one.type_name for one in RESOURCES]


def plural(resource):
    return to_camel_case(resource.plural)


def single(resource):
    return to_camel_case(single_name(resource))


def nested(resource, *, arguments="", selected="id"):
    """The resource's list below a provider."""
    below = f"nodes {{ {selected} }}" if resource.is_connection_below_provider else selected
    return f"{plural(resource)}{arguments} {{ {below} }}"
