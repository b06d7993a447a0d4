"""Reads and changes of a job's row: transitions, events, leases, locks, visibility."""
