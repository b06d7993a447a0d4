"""Live reads: lists the clouds, stores what differs, and reports what each source contributed.

::

    api              the names that other packages import

    refresh          all sources of one request, each within its own deadline
    wait             the wait of the request for one of them
    age              how old stored rows may be, and what is done about older ones
    breaker          leaves a source alone that keeps failing
    in_flight        the listings of this process, one per source: from the call to the outcome
    under_way        the running listings; claims allows one per source over all processes
    bulkhead         the pool of threads, with a share for each owner and provider
    limiter          how often an account may be asked
    connection       from a source to its cloud
    single_read      reads of single objects
    images, offers   searches of images; the offers of a region for an order
    simultaneous     one call to each of several sources

    resources        the listed types: records, models, and how rows are kept
    bounds           fits values to their columns
    compare          differences between records and stored rows
    store            writes what differs; rows, search_index and changes write its parts
    announcements    announces written rows to subscriptions
    creation_times   when a machine was created, where its cloud reports its latest start only
    versions         keeps rows as they were before they changed or went
    source_state     how the latest attempt of a source ended, and whether its rows are out of date
    periods          keeps when a source answered, and when it failed
    locks            locks of providers and sources
    removal          deletes many rows; retention decides which are forgotten
    tombstones       deletes sources and providers, and keeps their past

    receipts         LIVE, CACHED, STALE or FAILED; failures are those of one answer
    past_receipts    the same of an earlier moment
    health           the status of a provider
    region_set       the regions of an account, as its cloud lists them; region_names limits them
    denied_lists     accounts that may not list all regions in one call
    checkup          checks a provider: its regions, lists and permissions; report has the findings
    asking           decides if a question other than a list may be asked
    questions        questions whose answers are never stored
    state_times      since when objects are in their state
    repricing        prices stored rows again
    rollup_repair    compares roll-ups with the rows, and counts again
    new_sources      sources that providers get after a release
"""
