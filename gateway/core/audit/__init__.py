"""Who did what: an append-only record of mutations, logins and refusals.

::

    record       one event, from whoever did something or was refused
    redaction    what of a mutation's arguments may be written down
    models       the rows, which nothing changes or removes
    protection   the same rule in the database
    schema       auditEvents, for superusers
    selectors    reads of the audit
"""
