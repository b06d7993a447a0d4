"""Who is asking: users, the tokens that name them, and how often a login may be tried.

::

    authentication   request headers → user, once per request
    services         logging in and out: open a session by password, renew it, revoke it
    sessions         what is remembered of a login, and what voids it
    access_tokens    the short-lived JWT of an Authorization header
    api_tokens       what scripts use, for less than their user may
    credential       with what a caller proved who they are
    refresh_tokens   the long-lived, hashed, single-use secrets that renew a session
    users, teams     made and changed by superusers
    locks            of their rows
    reach            who may see whom
    login_limits     how often a login may be tried
    acting           in whose name the gateway acts later
    logins           one spelling of a login
    client_shares    whose share of the threads a request counts against
    errors           what can be wrong with a password or a token
"""
