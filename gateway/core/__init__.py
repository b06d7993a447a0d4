"""The shared kernel: code that every app uses. It imports no app."""
