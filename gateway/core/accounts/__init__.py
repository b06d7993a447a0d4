"""Authentication: users, the tokens that name them, and the limits on login attempts.

::

    authentication   request headers → user, once per request
    header_faults    the words for a header that has something else in place of a token
    services         logging in and out: open a session by password, renew it, revoke it
    sessions         the stored state of a login, and the events that make it void
    access_tokens    the short-lived JWT of an Authorization header
    api_tokens       tokens for scripts, with fewer rights than their user
    credential       the token with which a caller proved their identity
    refresh_tokens   the long-lived, hashed, single-use secrets that renew a session
    users, teams     created and changed by superusers
    locks            locks on the rows of users and teams
    reach            the users and teams that a caller may see
    login_limits     rate limits on login attempts
    acting           the user for whom the gateway acts later
    logins           case-insensitive logins
    client_shares    the share of the threads that a request counts against
    errors           the errors of passwords and tokens
"""
