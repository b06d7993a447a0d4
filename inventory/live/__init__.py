"""Live reads: ask the clouds, store what changed, keep the receipt.

::

    refresh    one request's wait for all of them, each with its own deadline
    breaker    who keeps failing is left alone for a while
    limiter    how often an account may be asked
    in_flight  the listings of this process that have not ended: one per source
    bulkhead   their pool of threads: a share for each owner and provider, at most 8 calls a source
    claims     the same across processes, in Redis
    resources  what can be listed: record type, model, how to fetch
    compare    records beside stored rows: what differs (pure)
    store      writes the difference and the receipt, newer reads winning
    terms      the tags and addresses that machines are found by
    connection  from a source to its cloud
    changes    every difference becomes a row
    retention  what is forgotten after a while
    images     images that a search finds
    failures   a failure as one answer sees it
    one        a single machine
    checkup    all of a provider's regions, lists and permissions
    report     what that found
    receipts   LIVE, CACHED, STALE or FAILED
"""
