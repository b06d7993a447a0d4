"""What an operation is made of: its registration, its steps, their outcomes."""
