"""The command ``gateway``, on the public API alone.

``main`` joins the commands and turns errors into messages and exit codes (``exits``). The commands
are in ``sessions``, ``machines``, ``provision``, ``jobs``, ``providers``, ``repositories``,
``buckets`` and ``queries``. Below them, ``acting`` makes the dry run, asks and follows the job,
``credentials`` asks for a kind's fields, ``targets`` finds objects by their names, ``transfers``
moves files, ``connection`` makes the client of a profile, ``profiles`` and ``secrets`` keep
addresses and tokens, and ``output`` writes tables, JSON and CSV.
"""
