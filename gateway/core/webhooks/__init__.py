"""Webhooks: signed HTTP requests that report events to addresses of users.

::

    an app ──▶ WebhookEvent ── fan_out ──▶ WebhookDelivery ── attempt ──▶ the endpoint
           (in the event's   (rights, filter)     ▲              │
            transaction)                          └──── retry ───┘

    kinds       the kinds of events; apps register theirs
    events      recording an event, and one delivery for each webhook that wants it
    attempts    one request: claim the webhook, send, write down the answer
    queue       how many deliveries may wait for one webhook
    timing      retries, pauses, limits
    sender      the request: allowed addresses only, bounded in time and size
    signing     secrets and signatures, by the Standard Webhooks specification
    pool        threads of a worker that send; jobs have others
    services    create, change, delete, test, rotate the secret
    retention   old deliveries are deleted
    address     which URLs a webhook may have
    outcomes    what became of an attempt
    ping        the event of testWebhook
    wake        wakes a worker
    selectors   reads
    metrics     counts for /metrics

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""
