/**
 * The text of the header editor, and the credential in it.
 *
 * A tab is in one of three conditions:
 *
 *     no credential ──log in──► issued by this page ──log out──► no credential
 *     someone's own (pasted, or cleared on purpose): changed by "Log in" alone
 */

/** The scheme that the gateway's documentation uses; `Bearer` is accepted too. */
const SCHEME = "JWT";

/** What a new tab shows: the token is to be pasted after the scheme. */
export const EMPTY_HEADERS = toText({ Authorization: `${SCHEME} ` });

/**
 * The headers that shall be sent: without an `Authorization` that carries no token, since the
 * gateway answers 401 to a credential that it cannot read.
 * @param {Record<string, unknown> | undefined} headers as GraphiQL parsed them
 * @returns {Record<string, string>}
 */
export function sendableHeaders(headers) {
  const entries = Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]);
  return Object.fromEntries(entries.filter(([name, value]) => !isEmptyCredential(name, value)));
}

/**
 * The editor's text with this token as its credential; other headers stay.
 * @param {string} text the editor's text; what is not a JSON object is replaced
 * @param {string | null} token null: leave the place for one
 */
export function withToken(text, token) {
  const others = Object.entries(parse(text) ?? {}).filter(([name]) => !isAuthorization(name));
  return toText({ ...Object.fromEntries(others), Authorization: `${SCHEME} ${token ?? ""}` });
}

/**
 * The editor's text brought up to date with the session: where there is no credential yet, or
 * one that this page issued before. A credential of the user's own is left alone.
 * @param {string} text
 * @param {string | null} token the session's, null when logged out
 * @param {readonly string[]} issued every token that this page was given
 */
export function withSession(text, token, issued) {
  const [name, value] = credential(text) ?? [];
  if (name === undefined || value === undefined) return text;
  const ours = isEmptyCredential(name, value) || issued.some((old) => value === `${SCHEME} ${old}`);
  return ours && value.trim() !== `${SCHEME} ${token ?? ""}`.trim() ? withToken(text, token) : text;
}

/** @param {string} text @returns {[string, string] | undefined} */
function credential(text) {
  const found = Object.entries(parse(text) ?? {}).find(([name]) => isAuthorization(name));
  return found && [found[0], String(found[1])];
}

/** @param {string} name @param {string} value */
function isEmptyCredential(name, value) {
  return isAuthorization(name) && /^\s*(JWT|Bearer)?\s*$/i.test(value);
}

/** @param {string} name */
function isAuthorization(name) {
  return name.toLowerCase() === "authorization";
}

/** @param {string} text @returns {Record<string, unknown> | null} null: not a JSON object (yet) */
function parse(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null; // half-typed; GraphiQL says so when it is run
  }
}

/** @param {Record<string, unknown>} headers */
function toText(headers) {
  return JSON.stringify(headers, null, 2);
}
