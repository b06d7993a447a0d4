"""What people send in the header Authorization instead of a token, and what to do about each."""

import re

TWICE = (
    "Authorization has the word {word} twice: the variable or the field already has it. Send it "
    "once: {word} <token>."
)
SEVERAL = (
    "Authorization has more than one token, or a token with a space or a comma in it. Send one "
    "header with one token, without line breaks."
)
QUOTED = (
    "The value of Authorization, or its token, is in quotes. Send it without them; jq prints a "
    "text without quotes with -r."
)
PLACEHOLDER = (
    "Authorization has the name of a variable or a placeholder in place of the token. Put the "
    "token there; in a shell, write the header in double quotes, so that the variable is replaced."
)
EMPTY_VALUE = (
    "Authorization has {word} in place of a token: the client has no token. Log in first, and look "
    "at the errors of that answer."
)
QUOTES = "\"'`"
# $TOKEN, ${TOKEN}, $(command), %TOKEN%, {{token}}, <token>, [token]
VARIABLE = re.compile(r"\$.*|%.+%|\{.*\}|<.*>|\[.*\]")
NOTHING = frozenset({"null", "undefined", "none", "nil", "false", "[object object]"})


def header_fault(token: str, *, schemes: frozenset[str]) -> str:
    """The reason why ``token`` is none, with what to do; empty if it may be one.

    ``schemes``: the words before a token, in small letters. The reason does not repeat the token.
    """
    bare = token.strip(QUOTES)
    if VARIABLE.fullmatch(bare):
        return PLACEHOLDER
    if bare.lower() in NOTHING:
        return EMPTY_VALUE.format(word=bare)
    word = bare.partition(" ")[0]
    if word.lower() in schemes:
        return TWICE.format(word=word)
    if bare != token:
        return QUOTED
    if re.search(r"[\s,;]", token):
        return SEVERAL
    return ""
