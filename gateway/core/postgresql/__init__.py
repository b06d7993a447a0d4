"""Django's PostgreSQL backend with a connection pool of our own."""
