"""HTTP below GraphQL.

::

    refusals   a request that is not answered: status, code, message
    media      Accept and Content-Type
    headers    security headers
    reports    what Django's own page of an error may show: nothing
    egress     where the gateway may connect to
    budget     the time that several requests may take together
    deadline_sockets   sockets whose waits end with it
    forwarded  who asks, behind proxies
    body       reads a request's body, up to a cap
    bridge     a WSGI application in a pool of threads, as an ASGI application
    urls       taking addresses apart, and joining them
    links      the Link header
    retry_after  how long a server asks to wait
    lookups    names looked up within a time
    preflight  preflight requests that are refused
    validators  ETags and compression
"""
