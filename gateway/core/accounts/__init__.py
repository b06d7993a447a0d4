"""Who is asking: access tokens, refresh tokens, the login limit."""
