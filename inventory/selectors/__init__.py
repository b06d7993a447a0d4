"""Reads of stored rows. What asks a cloud is in ``inventory.live``."""
