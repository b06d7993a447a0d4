"""Django's SQLite backend, whose threads take turns to compute."""
