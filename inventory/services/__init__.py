"""Writes: the work of mutations, without GraphQL."""
