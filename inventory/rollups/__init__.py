"""Roll-ups: rows counted and summed up in advance, by source and a few dimensions.

The triggers of ``triggers.py`` update a roll-up in every transaction that writes the rows.
``upkeep.py`` makes the triggers, fills the roll-up, and compares it with the rows.
``inventory/selectors/rollups.py`` reads it.
"""
