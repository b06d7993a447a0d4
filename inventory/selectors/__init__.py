"""Reads of stored rows. The reads from clouds are in ``inventory.live``."""
