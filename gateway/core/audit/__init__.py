"""The audit: an append-only record of mutations, logins and refusals.

::

    record       writes one event: an action or a refusal
    redaction    the arguments of a mutation that may be recorded
    models       the rows, which are never changed or removed
    protection   the same rule in the database
    schema       auditEvents, for superusers
    selectors    reads of the audit
"""
