"""The parts of an operation: its registration, its steps, their outcomes."""
