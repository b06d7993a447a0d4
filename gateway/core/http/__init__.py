"""HTTP below GraphQL.

::

    refusals   a request that is not answered: status, code, message
    media      Accept and Content-Type
    headers    security headers
    reports    what Django's own page of an error may show: nothing
    egress     where a provider may connect to
    forwarded  who asks, behind proxies
    body       reads a request's body, up to a cap
    bridge     a WSGI application in a pool of threads, as an ASGI application
"""
