"""The GraphQL of a resource, derived from its declaration in ``inventory/resources``.

::

    types         the object type, and the enum of states
    filters       the filter input; the sources and rows it is about (values: what is refused)
    orders        the order input
    columns       which columns a page loads
    connections   the list at the root and below a provider, its page, its planner (pages: the page)
    aggregates    counts and sums at the root, their planner (aggregate_types, group_keys: what rows
                  are grouped by, shown_groups)
    differences   what differs between the lists of two moments
    facets        the values of fields and tags in a list
    exported      a list or an aggregate that is read for an export, in several operations
    moments       the argument `at`: as it was known at a time
    single_read   the field that reads one object
    catalogs      the list of a catalogue below a provider
    subscriptions the fields of Subscription: changed rows, and what comes source by source
                  (arrivals; deliveries: rows, streamed_aggregates)
    derive        all of a resource together, registered where operations look for it
    any_resource  the interface of all resources
    links         fields that lead to another resource
    beside        rows that no cloud lists
    named_types   types that a declaration may name

Whatever an author of a declaration may get wrong is reported with the file and the line before
anything is derived.
"""
