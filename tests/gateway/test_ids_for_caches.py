"""Each object in a page has an id: clients use it as the key of their caches."""

from graphql import GraphQLNonNull, GraphQLObjectType, get_named_type

from gateway.schema import schema


def listed_types():
    """The types of the nodes of all connections."""
    for name, type_ in schema.graphql_schema.type_map.items():
        if name.endswith("Connection") and isinstance(type_, GraphQLObjectType):
            yield get_named_type(type_.fields["nodes"].type)


def test_what_connections_list_has_an_id_which_is_never_null():
    found = {one.name: one.fields["id"].type for one in listed_types()}

    assert {"Change", "JobEvent", "ScheduleRun", "AuditEvent", "Job"} <= found.keys()
    found["MachineChange"] = schema.graphql_schema.type_map["MachineChange"].fields["id"].type
    assert [name for name, type_ in found.items() if not isinstance(type_, GraphQLNonNull)] == []
