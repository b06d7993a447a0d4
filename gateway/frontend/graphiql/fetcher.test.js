import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, beforeEach, test } from "node:test";

import { parse } from "graphql";

import { logIn } from "./authentication.js";
import { createFetcher } from "./fetcher.js";

/** @typedef {{path?: string, headers: import("node:http").IncomingHttpHeaders, body: any}} Seen */

/** @type {Seen[]} */
let seen = [];
/** @type {(response: import("node:http").ServerResponse) => void} */
let answer;
let origin = "";

const server = createServer(async (request, response) => {
  const chunks = await request.toArray();
  const body = JSON.parse(Buffer.concat(chunks).toString());
  seen.push({ path: request.url, headers: request.headers, body });
  answer(response);
});

before(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  origin = `http://127.0.0.1:${address.port}`;
});
after(() => server.close());
beforeEach(() => {
  seen = [];
});

const json = (/** @type {number} */ status, /** @type {object} */ body) => {
  answer = (response) => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(body));
  };
};

/** @param {string} query @param {Record<string, string>} [headers] @returns {any} */
const run = (query, headers) =>
  createFetcher({ endpoint: `${origin}/graphql/`, stream: `${origin}/graphql/stream` })(
    { query, operationName: undefined },
    { headers, documentAST: parse(query) },
  );

/** @param {any} observable @returns {Promise<{results: object[], error?: any}>} */
const collect = (observable) =>
  new Promise((resolve) => {
    /** @type {object[]} */
    const results = [];
    observable.subscribe({
      next: (/** @type {object} */ result) => results.push(result),
      error: (/** @type {unknown} */ error) => resolve({ results, error }),
      complete: () => resolve({ results }),
    });
  });

test("a query is posted to the endpoint with the tab's headers", async () => {
  json(200, { data: { host: null } });
  const result = await run("{ host { cpu } }", { Authorization: "JWT abc" });
  assert.deepEqual(result, { data: { host: null } });
  assert.equal(seen.length, 1);
  assert.equal(seen[0].path, "/graphql/");
  assert.equal(seen[0].headers.authorization, "JWT abc");
  assert.equal(seen[0].headers["content-type"], "application/json");
});

test("a place left for a token is not sent as a credential", async () => {
  json(200, { data: {} });
  await run("{ host { cpu } }", { Authorization: "JWT " });
  assert.equal("authorization" in seen[0].headers, false);
});

test("a refusal in GraphQL's form is shown as it is", async () => {
  const refusal = { errors: [{ message: "Signature has expired" }] };
  json(401, refusal);
  assert.deepEqual(await run("{ host { cpu } }"), refusal);
});

test("an answer that is no JSON is named with its status", async () => {
  answer = (response) => response.writeHead(502).end("<h1>upstream is down</h1>");
  await assert.rejects(run("{ host { cpu } }"), {
    message: "HTTP 502 Bad Gateway, and the answer is not JSON: <h1>upstream is down</h1>",
  });
});

test("a subscription goes to the stream, event by event", async () => {
  answer = (response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write('event: next\ndata: {"data":{"jobUpdated":{"state":"RUNNING"}}}\n\n');
    response.write(": ping\n\n");
    response.write('event: next\ndata: {"data":{"jobUpdated":{"state":"SUCCEEDED"}}}\n\n');
    response.end("event: complete\ndata:\n\n");
  };
  const { results, error } = await collect(run("subscription { jobUpdated { state } }"));
  assert.equal(error, undefined);
  assert.deepEqual(results, [
    { data: { jobUpdated: { state: "RUNNING" } } },
    { data: { jobUpdated: { state: "SUCCEEDED" } } },
  ]);
  assert.equal(seen[0].path, "/graphql/stream");
});

test("a stream that is refused shows the gateway's reason, and is not tried again", async () => {
  const refusal = { errors: [{ message: "Subscriptions are not served yet" }] };
  json(501, refusal);
  const { results, error } = await collect(run("subscription { jobUpdated { state } }"));
  assert.equal(error, undefined);
  assert.deepEqual(results, [refusal]);
  assert.equal(seen.length, 1);
});

test("stopping a subscription closes its connection", { timeout: 5000 }, async () => {
  const closed = new Promise((resolve) => {
    answer = (response) => {
      response.on("close", () => resolve(undefined));
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write('event: next\ndata: {"data":{}}\n\n');
    };
  });
  const subscription = await new Promise((resolve) => {
    const handle = run("subscription { jobUpdated { state } }").subscribe({
      next: () => resolve(handle),
      error: assert.fail,
      complete: () => {},
    });
  });
  subscription.unsubscribe();
  await closed;
});

test("logging in sends no credential and answers a session", async () => {
  json(200, { data: { tokenAuth: { token: "abc", payload: { exp: 1_700_000_000 } } } });
  const session = await logIn(`${origin}/graphql/`, { username: "ada", password: "secret" });
  assert.deepEqual(session, {
    username: "ada",
    token: "abc",
    expiresAt: new Date("2023-11-14T22:13:20Z"),
  });
  assert.deepEqual(seen[0].body.variables, { username: "ada", password: "secret" });
  assert.equal("authorization" in seen[0].headers, false);
});

test("a failed log-in fails with the gateway's words", async () => {
  json(200, { data: { tokenAuth: null }, errors: [{ message: "Please enter valid credentials" }] });
  await assert.rejects(logIn(`${origin}/graphql/`, { username: "ada", password: "no" }), {
    message: "Please enter valid credentials",
  });
});
