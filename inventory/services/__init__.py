"""Writes: what a mutation does, without GraphQL."""
