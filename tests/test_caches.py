"""Every function that caches its answers, and the bound that keeps them from filling the memory."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
KEEPING = {"cache", "lru_cache", "_known"}
# For each module and function: the bound of the number of answers and of their size.
BOUNDED = {
    "gateway/core/folding.py _marks": "one",
    "gateway/core/redis.py client": "one",
    "gateway/core/messages.py _connection": "4 values of a setting",
    "gateway/core/graphql/documents.py documents_of": "one for each schema",
    "gateway/core/graphql/budget.py _buckets": "one for each setting",
    "gateway/core/http/egress.py _parsed": "8 values of a setting",
    "gateway/core/webhooks/pool.py sending": "one",
    "gateway/core/webhooks/sender.py _context": "one",
    "gateway/core/audit/record.py _buckets": "one",
    "gateway/exports/names.py exportables": "one value: the exports of all resources",
    "gateway/exports/validator.py _schema_digest": "one value: of the schema",
    "gateway/run/demo/moto_regions.py _resolver": "one",
    "inventory/live/bounds.py _bounds": "one for each model",
    "inventory/live/bounds.py _required": "one for each model",
    "inventory/live/resources.py _representation": "one for each type of record",
    "inventory/prices/books.py _book_of": "64 price books of 32,768 characters at most",
    "inventory/providers/addresses.py canonical_address": "65,536 texts of 100 characters",
    "inventory/providers/addresses.py is_public_address": "65,536 texts of 100 characters",
    "inventory/providers/addresses.py _is_never_public": "65,536 texts of 100 characters",
    "inventory/providers/certificates.py _public_context": "one",
    "inventory/providers/boto/client.py models": "one",
    "inventory/providers/boto/client.py shared_session": "one",
    "inventory/providers/ec2/catalog.py sizes_of": "64 regions",
    "inventory/providers/price_file.py file_as_of": "one",
    "inventory/providers/ec2/driver.py prepare": "one, which is nothing",
    "inventory/providers/ec2/parse.py _path": "the paths that the code names",
    "inventory/providers/ec2/regions.py amazon_regions": "one for each partition of boto3",
    "inventory/providers/ec2/regions.py _suffixes": "one",
    "inventory/providers/probe.py lookup": "one, for the length of a check",
    "inventory/providers/registry.py _kinds": "one",
    "inventory/providers/registry.py _shipped": "one",
    "inventory/providers/s3/driver.py prepare": "one, which is nothing",
    "inventory/providers/simulator/world.py _states_of_dozen": "16 dozens",
    "inventory/resources/__init__.py all_resources": "one",
    "inventory/resources/history.py noted": "one for each resource",
    "inventory/schema/table/aggregate_types.py aggregate_type": "one for each resource",
    "inventory/schema/table/aggregate_types.py group_type": "one for each resource",
    "inventory/schema/table/aggregate_types.py measures_type": "one for each resource",
    "inventory/schema/table/group_keys.py _columns": "one for each resource",
    "inventory/schema/table/group_keys.py _fields": "one for each resource",
    "inventory/schema/table/group_keys.py group_by_input": "one for each resource",
    "inventory/schema/table/group_keys.py group_order_input": "one for each resource",
    "inventory/resources/__init__.py links_to": "one for each type of the schema",
    "inventory/schema/table/columns.py _column_name": "one for each field of the schema",
    "inventory/schema/table/connections.py connection_type": "one for each resource",
    "inventory/schema/table/deliveries.py delivery_type": "one for each resource",
    "inventory/schema/table/differences.py diff_type": "one for each resource",
    "inventory/schema/table/differences.py difference_type": "one for each resource",
    "inventory/schema/table/filters.py _excluding_input": "one for each resource",
    "inventory/schema/table/filters.py filter_input": "one for each resource",
    "inventory/schema/table/orders.py _keys": "one for each resource",
    "inventory/schema/table/orders.py order_input": "one for each resource",
    "inventory/schema/table/types.py object_type": "one for each resource",
    "inventory/schema/table/types.py state_enum": "one for each resource",
    "inventory/selectors/catalog.py _class_of": "one for each link of a resource",
    "inventory/selectors/catalog.py _columns": "one for each resource",
    "inventory/selectors/past_table.py without_terms": "one for each resource",
    "inventory/selectors/rows.py _annotations": "one for each resource",
    "jobs/run/claims.py _statement": "4: with and without a scope, of this database",
    "jobs/row/statements.py _converters": "one for each database",
    "jobs/row/statements.py _update": "100 sets of columns",
    "jobs/row/lease.py _process_name": "the process, and those it was forked from",
}


def keeping_functions():
    for package in ("gateway", "inventory", "jobs"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef) and keeps(node):
                    yield f"{path.relative_to(ROOT)} {node.name}"


def keeps(function):
    for one in function.decorator_list:
        called = one.func if isinstance(one, ast.Call) else one
        if getattr(called, "attr", getattr(called, "id", "")) in KEEPING:
            return True
    return False


def test_every_function_whose_answers_are_kept_is_bounded():
    assert sorted(keeping_functions()) == sorted(BOUNDED)
