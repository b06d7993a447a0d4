import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Gateway } from "./gateway.ts";
import { GatewayError } from "./post.ts";
import type { Document } from "./graphql.ts";
import type { SessionStore } from "./session.ts";

const STOP = "mutation { stop }" as unknown as Document<object, object>;
let sent: (string | null)[];
let answer: (token: string | null) => Response;

/** A session whose user another tab can change. */
class OtherTab {
  current: { login: string; token: string } | null = { login: "ada", token: "of-ada" };
  async token() {
    return this.current?.token ?? null;
  }
  async renew() {
    return this.current?.token ?? null;
  }
}

const WATCH = "subscription { jobUpdated { id } }" as unknown as Document<object, object>;

/** Streams in single connection mode, over which nothing is sent until they are broken. */
function streaming() {
  let broken = () => {};
  const counts = { connections: 0, operations: 0 };
  globalThis.fetch = async (_url, init) => {
    if (init?.method === "PUT") return new Response("token", { status: 201 });
    if (init?.method === "DELETE") return new Response();
    if (init?.method === "POST") {
      counts.operations++;
      return new Response(null, { status: 202 });
    }
    counts.connections++;
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(":\n\n"));
        broken = () => controller.error(new Error("The network is away."));
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
  return { counts, breakOff: () => broken() };
}

async function until(condition: () => boolean) {
  for (let waits = 0; !condition(); waits++) {
    assert.ok(waits < 500, "It took too long.");
    await new Promise((done) => setTimeout(done, 10));
  }
}

beforeEach(() => {
  sent = [];
  answer = () => Response.json({ data: {} });
  Object.assign(globalThis, { location: { href: "http://gateway.test/" } });
  globalThis.fetch = async (_url, init) => {
    const token = new Headers(init?.headers).get("Authorization");
    sent.push(token);
    return answer(token);
  };
});

function opened() {
  const session = new OtherTab();
  const addresses = { endpoint: "/graphql/", stream: "/graphql/stream", upload: "/upload/", uploaded: "/upload/done" };
  return { session, gateway: new Gateway(addresses, session as unknown as SessionStore, "ada") };
}

test("nothing is sent in the name of the user who logged in in another tab", async () => {
  const { session, gateway } = opened();
  await gateway.execute(STOP, {});
  session.current = { login: "bert", token: "of-bert" };

  await assert.rejects(gateway.execute(STOP, {}), /ada is not logged in any more/);
  assert.deepEqual(sent, ["JWT of-ada"]);
});

test("a request that was refused is not repeated in another user's name", async () => {
  const { session, gateway } = opened();
  answer = () => {
    session.current = { login: "bert", token: "of-bert" };
    return Response.json({ errors: [{ message: "Ended." }] }, { status: 401 });
  };

  await assert.rejects(gateway.execute(STOP, {}), /ada is not logged in any more/);
  assert.deepEqual(sent, ["JWT of-ada"]);
});

test("a stream that is open again after it broke says so, though nothing is sent over it", async () => {
  const { counts, breakOff } = streaming();
  const { gateway } = opened();
  const said: string[] = [];
  const end = gateway.watch(WATCH, {}, {
    next: () => said.push("next"),
    interrupted: (error) => said.push(error ? "interrupted" : "open"),
    resumed: () => said.push("resumed"),
  });

  await until(() => counts.operations === 1);
  assert.deepEqual(said, []);
  breakOff();
  await until(() => counts.operations === 2);

  assert.deepEqual(said, ["interrupted", "open", "resumed"]);
  assert.equal(counts.connections, 2);
  end();
  gateway.close();
});

/** The gateway refuses every operation of a stream. */
async function refused(status: number, code: string) {
  const { counts } = streaming();
  const accepting = globalThis.fetch;
  globalThis.fetch = async (url, init) => {
    if (init?.method !== "POST") return accepting(String(url), init);
    counts.operations++;
    const errors = [{ message: "Not now.", extensions: { code } }];
    return Response.json({ errors }, { status });
  };
  const { gateway } = opened();
  const said: (Error | null)[] = [];
  const end = gateway.watch(WATCH, {}, { next: () => {}, interrupted: (error) => said.push(error) });
  await until(() => said.length > 0);
  return { counts, said, end: () => (end(), gateway.close()) };
}

test("a stream that is refused has the gateway's words, and is asked for again", async () => {
  const { counts, said, end } = await refused(429, "RATE_LIMITED");

  const [error] = said;
  assert.ok(error instanceof GatewayError);
  assert.deepEqual([error.code, error.message], ["RATE_LIMITED", "Not now."]);
  await until(() => counts.operations === 2);
  end();
});

test("a stream that the user may not have is not asked for again", async () => {
  const { counts, said, end } = await refused(403, "FORBIDDEN");

  await new Promise((done) => setTimeout(done, 1_500)); // longer than the first pause
  assert.equal(counts.operations, 1);
  assert.equal(said.length, 1);
  end();
});
