"""Helpers of a benchmark, each in its own process: their work is not measured."""
