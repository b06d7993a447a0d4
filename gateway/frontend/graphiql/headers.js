/**
 * The headers that a request is sent with: the tab's own, and the credential of the log-in.
 *
 * A credential in the tab's headers, as an API token, wins over the log-in of this browser.
 */

/** The scheme that the gateway's documentation uses; `Bearer` is accepted too. */
const SCHEME = "JWT";

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

/** @param {Record<string, string>} headers */
export const hasCredential = (headers) => Object.keys(headers).some(isAuthorization);

/**
 * @param {Record<string, string>} headers
 * @param {string | null} token null: nobody is logged in
 */
export function withToken(headers, token) {
  return token ? { ...headers, Authorization: `${SCHEME} ${token}` } : headers;
}

/** @param {string} name @param {string} value */
function isEmptyCredential(name, value) {
  return isAuthorization(name) && /^\s*(JWT|Bearer)?\s*$/i.test(value);
}

/** @param {string} name */
function isAuthorization(name) {
  return name.toLowerCase() === "authorization";
}
