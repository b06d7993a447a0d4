"""HTTP below GraphQL.

::

    refusals   a request that is refused: status, code, message
    media      Accept and Content-Type
    headers    security headers
    reports    keeps the request and variables out of Django's own page of an error
    egress     the addresses that the gateway may connect to
    budget     the time that several requests may take together
    deadline_sockets   sockets whose waits end with the budget
    forwarded  the address of a client behind proxies
    body       reads a request's body, up to a limit
    bridge     a WSGI application in a pool of threads, as an ASGI application
    urls       splits and joins addresses
    upload_forms  forms that a page posts to a store, as signed tickets
    links      the Link header
    retry_after  the time that a server asks to wait
    lookups    look-ups of names with a time limit
    preflight  preflight requests that are refused
    validators  ETags and compression
"""
