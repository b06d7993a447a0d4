"""Removes secrets from text, in time that is linear in the length of the text.

The text may come from a cloud, so it may be hostile. A pattern that starts at every character and
reads to the end of the word takes quadratic time, during which Python runs no other thread of the
process. So the patterns below match only at the start of a word, do not backtrack, and a long text
is shortened first.
"""

import re

REDACTED = "[redacted]"
LONGEST = 64 * 1024  # characters of one text that are read
HEAD = LONGEST // 4  # of those, from its beginning; the rest is from its end

# A word as a JSON Web Token is one: parts of base64url, with dots between them.
DOTTED_WORD = re.compile(r"(?<![\w.-])[\w.-]++")
ENCODED_OBJECT = "eyJ"  # the base64url of the first characters of a JSON object
PARTS_OF_TOKEN = 3
API_TOKEN = re.compile(r"cgw_[\w-]{20,}+")
WEBHOOK_SECRET = re.compile(r"whsec_[\w+/=-]{20,}+")
PASSWORD_IN_URL = re.compile(r"(://[^/\s:@]*+):[^/\s@]++@")
AUTHORIZATION = re.compile(r"\b(basic|bearer|jwt)(\s++)[\w.~+/=-]{16,}+", re.IGNORECASE)
# key=value and "key": "value".
KEY = re.compile(r"(?<![\w-])([\w-]++)[\"']?\s*+[=:]\s*+")
SECRET_KEY = re.compile(r"secret|(?:password|passwd|token|api[_-]?key)$", re.IGNORECASE)
VALUE = re.compile(r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|[\"']?[^\s\"',&]++", re.DOTALL)


def redact(text: str) -> str:
    """``text`` without the secrets that its form shows: tokens, passwords, values of secret keys.

    Of a text longer than LONGEST the middle is left out.
    """
    text = _bounded(text)
    if ENCODED_OBJECT in text:
        text = DOTTED_WORD.sub(lambda found: _without_tokens(found[0]), text)
    text = API_TOKEN.sub(REDACTED, text)
    text = WEBHOOK_SECRET.sub(REDACTED, text)
    text = PASSWORD_IN_URL.sub(rf"\1:{REDACTED}@", text)
    text = AUTHORIZATION.sub(rf"\1\2{REDACTED}", text)
    return _without_values(text)


def _bounded(text: str) -> str:
    """The beginning and the end of a long text.

    The beginning ends before a space and the end begins after a line break, if they have one: of a
    secret that is cut in two, neither part has the form of a secret.
    """
    if len(text) <= LONGEST:
        return text
    head = text[:HEAD].rpartition(" ")[0]
    tail = text[HEAD - LONGEST :].partition("\n")[2]
    left_out = len(text) - len(head) - len(tail)
    return f"{head} [{left_out} characters left out]\n{tail}"


def _without_tokens(word: str) -> str:
    """A dotted word without its JSON Web Tokens: three parts, the first an encoded object."""
    parts, kept, at = word.split("."), [], 0
    while at < len(parts):
        before, encoded, rest = parts[at].partition(ENCODED_OBJECT)
        token = parts[at : at + PARTS_OF_TOKEN]
        if encoded and rest and len(token) == PARTS_OF_TOKEN and all(token):
            kept.append(f"{before}{REDACTED}")
            at += PARTS_OF_TOKEN
        else:
            kept.append(parts[at])
            at += 1
    return ".".join(kept)


def _without_values(text: str) -> str:
    """``text`` without the values of keys whose names show that the values are secret."""
    kept, at = [], 0
    for key in KEY.finditer(text):
        if key.start() < at or not SECRET_KEY.search(key[1]):
            continue
        if (value := VALUE.match(text, key.end())) is not None:
            kept += [text[at : key.end()], REDACTED]
            at = value.end()
    return "".join([*kept, text[at:]])
