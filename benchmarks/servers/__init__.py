"""What runs beside a benchmark, each in a process of its own: its work is not ours."""
