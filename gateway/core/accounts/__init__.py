"""Who is asking: users, the tokens that name them, and how often a login may be tried.

::

    authentication   request headers → user, once per request
    services         sessions: open by password, renew, revoke
    access_tokens    the short-lived JWT of an Authorization header
    refresh_tokens   the long-lived, hashed, single-use secrets that renew a session
    login_limits     how often a login may be tried
"""
