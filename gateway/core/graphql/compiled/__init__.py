"""Executing an operation by closures: the answers of graphql-core's executor, several times sooner.

graphql-core looks at a field anew for every object it stands in: finds its definition, builds its
arguments, its path and its ``info``, and asks the type what kind it is. For a list of a thousand
objects that is a thousand times the same finding. Here it is found once per operation, when a
selection is first met on an object type, and kept in closures::

    { machines { name  provider { id } } }

    context.execute_fields(Query)            entry: the root, and every object of the stock path
    └ selection of Query                     object → dict             (context)
      └ machines                             object → value            (fields)
        └ list ─ object                      value  → completed value  (values)
          └ selection of VirtualMachine
            ├ name      attribute ─ str      no path and no info until something goes wrong
            └ provider  attribute ─ object
              └ selection of Provider
                └ id    resolver ─ str       path and info built for each call, as resolvers need

What is executed differently is only what needs no looking at. Errors, nulls and their way up,
abstract types and conditions go through graphql-core's own methods or repeat them line by line.

The stock path is never far. A field that cannot be compiled is left to ``execute_field``; an
operation with middleware, or whose values may be awaitable, is left to the stock executor whole.
"""

from gateway.core.graphql.compiled.context import CompiledExecution, never_awaitable

__all__ = ["CompiledExecution", "never_awaitable"]
