"""The benchmarks, a small module each."""
