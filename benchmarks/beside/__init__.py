"""Implementations to compare the gateway with: each does the same work in another way."""
