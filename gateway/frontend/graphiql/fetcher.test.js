import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, beforeEach, test } from "node:test";

import { parse } from "graphql";

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

/** @param {string | null} token @returns {import("./fetcher.js").TokenSource} */
const loggedIn = (token) => ({ token: async () => token, renew: async () => null });

/** @param {string} query @param {Record<string, string>} [headers] @returns {any} */
const run = (query, headers, session = loggedIn(null)) =>
  createFetcher({ endpoint: `${origin}/graphql/`, stream: `${origin}/graphql/stream` }, session)(
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
  const { results, error } = await collect(await run("subscription { jobUpdated { state } }"));
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
  const { results, error } = await collect(await run("subscription { jobUpdated { state } }"));
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
  const stream = await run("subscription { jobUpdated { state } }");
  const subscription = await new Promise((resolve) => {
    const handle = stream.subscribe({
      next: () => resolve(handle),
      error: assert.fail,
      complete: () => {},
    });
  });
  subscription.unsubscribe();
  await closed;
});

test("without headers of its own, a request has the token of the log-in", async () => {
  json(200, { data: {} });
  await run("{ host { cpu } }", {}, loggedIn("ours"));
  await run("{ host { cpu } }", { authorization: "Bearer own" }, loggedIn("ours"));
  assert.deepEqual(
    seen.map(({ headers }) => headers.authorization),
    ["JWT ours", "Bearer own"],
  );
});

test("a token that is refused is renewed once, and the query sent again", async () => {
  json(401, { errors: [{ message: "Signature has expired" }] });
  const renewed = { ...loggedIn("old"), renew: async () => "new" };
  await run("{ host { cpu } }", {}, renewed);
  assert.deepEqual(
    seen.map(({ headers }) => headers.authorization),
    ["JWT old", "JWT new"],
  );
});

test("a credential of one's own that is refused is not replaced", async () => {
  json(401, { errors: [] });
  await run("{ host { cpu } }", { Authorization: "JWT own" }, loggedIn("ours"));
  assert.equal(seen.length, 1);
});

test("a subscription has the token of the log-in", async () => {
  answer = (response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.end("event: complete\ndata:\n\n");
  };
  await collect(await run("subscription { jobUpdated { state } }", {}, loggedIn("ours")));
  assert.equal(seen[0].headers.authorization, "JWT ours");
});
