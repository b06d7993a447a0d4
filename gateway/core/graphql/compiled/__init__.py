"""Executes an operation with closures: the same answers as graphql-core's executor, but faster.

graphql-core inspects a field again for every object that has it: it finds the definition, builds
the arguments, the path and the ``info``, and checks the kind of the type. For a list of a thousand
objects it repeats the same work a thousand times. Here this work is done once per operation, when a
selection is first executed on an object type, and its result is kept in closures::

    { machines { name  provider { id } } }

    context.execute_fields(Query)            entry: the root, and every object of the stock path
    └ selection of Query                     object → dict             (context)
      └ machines                             object → value            (fields)
        └ list ─ object                      value  → completed value  (values; many: columns)
          └ selection of VirtualMachine
            ├ name      attribute ─ str      no path and no info until something goes wrong
            └ provider  attribute ─ object
              └ selection of Provider
                └ id    resolver ─ str       path and info built for each call, as resolvers need

Only the repeated inspection is replaced. Errors, the propagation of nulls, abstract types and
conditions use graphql-core's own methods or repeat them line by line.

The stock path remains for all else. ``execute_field`` executes a field that cannot be compiled. The
stock executor executes an operation with middleware, or one whose values may be awaitable.
"""

from gateway.core.graphql.compiled.context import CompiledExecution, never_awaitable

__all__ = ["CompiledExecution", "never_awaitable"]
