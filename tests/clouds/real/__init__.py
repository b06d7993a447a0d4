"""Real clouds, started for `make test-clouds` and stopped after it; README.md has the rules."""
