"""``/graphql/stream``: subscriptions over server-sent events, by the protocol of graphql-sse.

::

    front        what the ASGI front calls for a request to the path
    requests     a request → its user, its operation and its mode; refusals
    preparation  a subscription to be answered, or the answer to another operation
    singles      single connection mode: the streams of the process and the operations on them
    single       operations passed on through Redis, and the mark of an open stream there
    stream       the response to one client; it drops a client that does not read
    group        equal subscriptions of one token, answered together
    pending      changes that wait to be sent
    answers      the answers to a subscription's changes, a batch at a time
    caller       the user of a stream, looked up again for each batch
    hub          Redis → the groups that an announcement concerns (messages: from Redis; missed:
                 reads from the rows the changes while Redis was away)
    limits       how many streams a process and a user have
    protocol     events as bytes
    tokens       signed tokens of reserved streams

An idle stream is a task of the event loop and holds no thread. Database queries run in the threads
of ``workers``, shared fairly between users. The protocol:
https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
"""
