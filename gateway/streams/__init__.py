"""``/graphql/stream``: subscriptions over server-sent events, by the protocol of graphql-sse.

::

    front        what the ASGI front calls for a request to the path
    requests     a request → who asks for what, in which mode; refusals
    single       single connection mode: a token, one stream, operations that come by POST
    stream       what is sent to one client, and when it is dropped
    group        equal subscriptions of one token, answered together
    answers      the answers to what a subscription finds, a batch at a time
    caller       who holds a stream, looked up anew for each batch
    hub          Redis → the groups that an announcement concerns (messages: from Redis; missed:
                 what the rows say was changed while Redis was away)
    limits       how many streams a process and a user have
    protocol     events as bytes
    tokens       signed tokens of reserved streams

An idle stream is a task of the event loop and holds no thread. What asks the database runs in the
threads of ``workers``, shared by user. The protocol:
https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
"""
