"""The GraphQL kernel, on which the ``schema`` folders of the apps are built.

::

    requests    body or query string → request
    documents   text → parsed and validated document, cached
    execution   document → data, errors, extensions
    compiled    the same answers from closures, faster
    pure        resolvers that are a function of the object alone
    collect     one walk over an operation before it runs
    context     the data of the request that resolvers use
    nodes       global ids and the registry behind ``node(id:)``
    extend      a field on a lower app's type, given by a higher app
    mutation    the base of every mutation, with ``errors { field code message }``
    order       the order of a list
    cursors     the position of a row in an order
    paging      pages and connections, forward and backward
    errors      exceptions → GraphQL errors; unexpected ones are masked
    quoting     graphql-core's messages about wrong input, without the input
    permissions every root field requires a login, unless it is listed as public
    audited     records every mutation and every refusal
    limits      depth, aliases, root fields, directives, repeated fields
    cost        the most points that an operation can cost
    budget      limits on the points of a request and of a user
    text        refuses NUL in every text
    scalars     JSON
    enums       Python's enums, described
    argument_limits  limits on the length of filters, searches and lists
    variables   limits on the size of variables, checked before their values
    limit_fields  fields of mutations, as dryRun, that must not be null
    completeness  extensions.complete, and the lists that are cut
    introspection  recognizes operations for the schema alone; introspection_cost counts them
    subscriptions  root fields that are answered again after a change
    record      entries of a history
"""
