import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Gateway } from "./gateway.ts";
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
  const addresses = { endpoint: "/graphql/", stream: "/graphql/stream" };
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
