/** Logging in: a user's name and password against an access token. */
import { post } from "./fetcher.js";

const LOG_IN = `mutation LogIn($username: String!, $password: String!) {
  tokenAuth(username: $username, password: $password) { token payload }
}`;

/** @typedef {{username: string, token: string, expiresAt: Date}} Session */

/**
 * @param {string} endpoint
 * @param {{username: string, password: string}} account
 * @returns {Promise<Session>}
 * @throws {Error} with the gateway's own words: wrong password, too many attempts …
 */
export async function logIn(endpoint, account) {
  const answer = await post(endpoint, {
    query: LOG_IN,
    operationName: "LogIn",
    variables: account,
  });
  const issued = answer.data?.tokenAuth;
  if (!issued) throw new Error(answer.errors?.[0]?.message ?? "The gateway gave no token.");
  return {
    username: account.username,
    token: issued.token,
    expiresAt: new Date(issued.payload.exp * 1000),
  };
}
