"""The GraphQL floor: what the apps' ``schema`` folders stand on.

::

    requests    body or query string → request
    documents   text → parsed and validated document, cached
    execution   document → data, errors, extensions
    compiled    the same answers by closures, sooner
    pure        resolvers that are a function of the object alone
    collect     one walk over an operation before it runs
    context     what a resolver knows of the request
    nodes       global ids and the registry behind ``node(id:)``
    extend      a field on a lower app's type, given by a higher app
    mutation    the base of every mutation, with ``errors { field code message }``
    order       what a list is ordered by
    cursors     a row's place in an order
    paging      pages and connections, forward and backward
    errors      exceptions → GraphQL errors; what is unexpected is masked
    quoting     what graphql-core says of wrong input, without the input
    permissions nothing is public by accident
    audited     every mutation is recorded, and every refusal
    limits      depth, aliases, root fields, directives, repeated fields
    cost        what an operation can cost, in points
    budget      what a request may cost and a user may spend
    text        no NUL anywhere
    scalars     JSON
    enums       Python's enums, described
    argument_limits  how long filters, searches and lists may be
    variables   bounds of variables, before each is looked at
    limit_fields  fields of mutations, as dryRun, that must not be null
    completeness  extensions.complete, and the lists that are cut
    introspection  which operations ask for the schema alone; introspection_cost counts it
    subscriptions  root fields that are answered again when something changes
    record      entries of a history
"""
