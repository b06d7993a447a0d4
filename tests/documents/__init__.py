"""Tests of README.md and docs/: each name in them exists, and they name all that exists."""
