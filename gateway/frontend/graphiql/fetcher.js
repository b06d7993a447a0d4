/**
 * How the page speaks to the gateway: POST for queries and mutations, graphql-sse's
 * "distinct connections" for subscriptions.
 */
import { getOperationAST } from "graphql";
import { createClient, NetworkError } from "graphql-sse";

import { hasCredential, sendableHeaders, withToken } from "./headers.js";

/**
 * @typedef {{endpoint: string, stream: string, dashboard: string}} Addresses paths on this origin
 * @typedef {object} TokenSource the log-in of this browser
 * @property {() => Promise<string | null>} token a valid one; null: nobody is logged in
 * @property {(refused: string) => Promise<string | null>} renew one in place of `refused`
 * @typedef {import("@graphiql/toolkit").FetcherParams} Params
 * @typedef {import("@graphiql/toolkit").FetcherOpts} Options
 * @typedef {import("graphql").FormattedExecutionResult<Record<string, any>>} Result
 * @typedef {{next(result: Result): void, error(error: unknown): void, complete(): void}} Sink
 */

/**
 * GraphiQL's fetcher for these addresses.
 * @param {Pick<Addresses, "endpoint" | "stream">} addresses
 * @param {TokenSource} session
 * @returns {import("@graphiql/toolkit").Fetcher}
 */
export function createFetcher({ endpoint, stream }, session) {
  return async (params, options) => {
    const own = sendableHeaders(options?.headers);
    const token = hasCredential(own) ? null : await session.token();
    const headers = withToken(own, token);
    if (isSubscription(params, options)) return subscribe(stream, params, headers);
    const response = await post(endpoint, params, headers);
    if (response.status !== 401 || !token) return readAnswer(response);
    const renewed = await session.renew(token);
    return readAnswer(await post(endpoint, params, withToken(own, renewed)));
  };
}

/**
 * @param {string} endpoint
 * @param {Params} params
 * @param {Record<string, string>} headers these win over ours
 * @returns {Promise<Response>}
 * @throws {Error} there is no answer
 */
function post(endpoint, params, headers) {
  const all = new Headers({
    "Content-Type": "application/json",
    Accept: "application/graphql-response+json, application/json",
  });
  Object.entries(headers).forEach(([name, value]) => all.set(name, value));
  return fetch(endpoint, { method: "POST", headers: all, body: JSON.stringify(params) });
}

/**
 * An observable rather than an async generator: stopping a generator waits for its next value,
 * stopping this one closes the connection at once.
 * @param {string} stream
 * @param {Params} params
 * @param {Record<string, string>} headers
 */
function subscribe(stream, params, headers) {
  // No retries: GraphiQL shows the failure at once.
  const client = createClient({ url: stream, headers, retryAttempts: 0 });
  const request = { ...params, operationName: params.operationName ?? undefined };
  return {
    /** @param {any} sink GraphiQL passes a {@link Sink}; its type allows for callbacks too */
    subscribe: (sink) => ({
      unsubscribe: client.subscribe(request, {
        next: (result) => sink.next(result),
        error: (error) => void reportRefusal(error, sink),
        complete: () => sink.complete(),
      }),
    }),
  };
}

/**
 * A refused stream (401, 501 …) answers GraphQL JSON like any request: show that.
 * @param {unknown} error
 * @param {Sink} sink
 */
async function reportRefusal(error, sink) {
  if (!(error instanceof NetworkError) || !(error.response instanceof Response)) {
    sink.error(error);
    return;
  }
  try {
    sink.next(await readAnswer(error.response));
    sink.complete();
  } catch (unreadable) {
    sink.error(unreadable);
  }
}

/**
 * The GraphQL answer, whatever its HTTP status.
 * @param {Response} response
 * @returns {Promise<Result>}
 * @throws {Error} the answer is no JSON
 */
async function readAnswer(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    const status = `HTTP ${response.status} ${response.statusText}`.trim();
    throw new Error(`${status}, and the answer is not JSON: ${text.slice(0, 300) || "(empty)"}`);
  }
}

/** @param {Params} params @param {Options | undefined} options */
function isSubscription({ operationName }, options) {
  if (!options?.documentAST) return false; // introspection
  return getOperationAST(options.documentAST, operationName)?.operation === "subscription";
}
