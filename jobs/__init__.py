"""Durable work: a row is the truth, the broker only a bell.

A job knows nothing of machines: it stores two opaque ids, ``target`` and ``scope``, and the name
of a registered operation. ::

    submit ──> Job row (QUEUED) ──on commit──> bell: the job's id alone
                   ^                              │
                   │ rings again                  v
                 sweep                    runner: claim ──> operation ──> settlement
                                          (a lease, extended by one heartbeat per process;
                                           every later write repeats owner and step)

Other apps import ``jobs.api`` and ``jobs.schema``. Inside, imports go down: ``api | schema |
tasks → metrics | sweep → schedule → run | submit → operations → row → dispatch → models → conf``.
"""
