import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { SessionStore } from "./session.ts";

const MINUTE = 60_000;
let requests: { query: string; variables: Record<string, string> }[];
let answers: (() => Response)[];

class MemoryStorage {
  readonly #items = new Map<string, string>();
  getItem(key: string) {
    return this.#items.get(key) ?? null;
  }
  setItem(key: string, value: string) {
    this.#items.set(key, value);
  }
  removeItem(key: string) {
    this.#items.delete(key);
  }
}

function tokens(field: string, name: string, expiresIn: number) {
  const exp = (Date.now() + expiresIn) / 1000;
  const issued = { token: name, refreshToken: `${name}-refresh`, payload: { exp }, user: { login: "ada" } };
  return () => Response.json({ data: { [field]: issued } });
}

function refusal(status: number, code: string) {
  return () => Response.json({ errors: [{ message: "No.", extensions: { code } }] }, { status });
}

beforeEach(() => {
  requests = [];
  answers = [];
  globalThis.addEventListener ??= () => {};
  globalThis.removeEventListener ??= () => {};
  globalThis.fetch = async (_url, init) => {
    requests.push(JSON.parse(String(init?.body)));
    const answer = answers.shift();
    if (!answer) throw new TypeError("fetch failed");
    return answer();
  };
});

const newStore = (storage = new MemoryStorage()) =>
  new SessionStore("/graphql/", storage as unknown as Storage);

test("a token is used until shortly before it expires, then renewed", async () => {
  const store = newStore();
  answers = [tokens("tokenAuth", "first", 10 * MINUTE)];
  await store.logIn("ada", "secret");
  assert.equal(await store.token(), "first");

  const late = newStore();
  answers = [tokens("tokenAuth", "second", 1_000), tokens("refreshToken", "third", MINUTE)];
  await late.logIn("ada", "secret");
  assert.equal(await late.token(), "third");
  assert.deepEqual(requests.at(-1)?.variables, { refreshToken: "second-refresh" });
});

test("a tab takes the token that another tab has renewed", async () => {
  const storage = new MemoryStorage();
  const [one, other] = [newStore(storage), newStore(storage)];
  answers = [tokens("tokenAuth", "first", 1_000), tokens("refreshToken", "second", 10 * MINUTE)];
  await one.logIn("ada", "secret");
  await one.renew("first");

  assert.equal(await other.renew("first"), "second");
  assert.equal(requests.length, 2);
});

test("a session that the gateway has ended is forgotten, and the user is told", async () => {
  const storage = new MemoryStorage();
  const store = newStore(storage);
  answers = [tokens("tokenAuth", "first", 1_000), refusal(200, "UNAUTHENTICATED")];
  await store.logIn("ada", "secret");

  assert.equal(await store.token(), null);
  assert.equal(store.current, null);
  assert.match(store.notice, /Log in again/);
  const reloaded = newStore(storage);
  assert.match(reloaded.notice, /Log in again/);
  answers = [tokens("tokenAuth", "second", MINUTE)];
  await reloaded.logIn("ada", "secret");
  assert.equal(store.notice, "");
});

for (const [name, answer] of [
  ["a gateway that does not answer", undefined],
  ["a gateway that is overloaded", refusal(503, "DATABASE_UNAVAILABLE")],
  ["too many requests", refusal(429, "RATE_LIMITED")],
] as const) {
  test(`${name} ends no session`, async () => {
    const store = newStore();
    answers = [tokens("tokenAuth", "first", 1_000), ...(answer ? [answer] : [])];
    await store.logIn("ada", "secret");

    await assert.rejects(store.token());
    assert.equal(store.current?.login, "ada");
  });
}

test("a refused log-in says why and keeps nothing", async () => {
  const store = newStore();
  answers = [refusal(200, "UNAUTHENTICATED")];

  await assert.rejects(store.logIn("ada", "wrong"), /No\./);
  assert.equal(store.current, null);
});
