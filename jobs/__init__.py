"""Durable jobs. The database row is the truth; the broker only wakes workers.

A job knows nothing of machines: it stores two opaque ids, ``target`` and ``scope``, and the name
of a registered operation. ::

    submit ──> Job row (QUEUED) ──on commit──> dispatch: a Celery message with the job's id
                   ^                              │
                   │ dispatches again             v
                 sweep                    runner: claim ──> operation ──> settlement
                                          (a lease, extended by one heartbeat per process;
                                           every later write repeats owner and step)

    models      Job, JobEvent, Schedule, ScheduleRun; states and error codes
    row         reads and changes of a job's row: transitions, events, leases, visibility
    operations  what an operation is made of: its registration, its steps, their outcomes
    submit      requests: submit, cancel, retry, idempotency keys
    run         workers: claim a job, perform a step, record the outcome
    schedule    jobs that are submitted at planned times
    schema      GraphQL
    delegate    what jobs ask of the app whose objects they change
    webhooks    the event job.finished

Other apps import ``jobs.api`` and ``jobs.schema``. Inside, imports go down: ``api | schema |
tasks → metrics | sweep → schedule → run | submit → operations → row → dispatch → models → conf``.
"""
