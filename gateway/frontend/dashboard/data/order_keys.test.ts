import assert from "node:assert/strict";
import { test } from "node:test";

import { OrderKeys } from "./order_keys.ts";

function storage(): Storage {
  const values = new Map<string, string>();
  return {
    getItem: (name: string) => values.get(name) ?? null,
    setItem: (name: string, value: string) => void values.set(name, value),
  } as Storage;
}

test("the same request has the same key once it was sent, another one has its own", () => {
  const tab = storage();
  const keys = new OrderKeys("ada", tab);
  const order = { name: "web", count: 1 };
  assert.notEqual(keys.keyFor(order), keys.keyFor(order));

  keys.keep(order, "first");

  const reloaded = new OrderKeys("ada", tab);
  assert.equal(reloaded.keyFor({ ...order }), "first");
  assert.equal(reloaded.sent({ ...order, count: 2 }), null);
});

test("a key that takes another's place is the one that is kept", () => {
  const keys = new OrderKeys("ada", storage());
  keys.keep({ name: "web" }, "first");
  keys.keep({ name: "web" }, "second");
  assert.equal(keys.sent({ name: "web" }), "second");
});

test("who logs in next has no key of the one before, and what was ordered is not stored", () => {
  const tab = storage();
  new OrderKeys("ada", tab).keep({ userData: "password=secret" }, "hers");
  assert.equal(new OrderKeys("bob", tab).sent({ userData: "password=secret" }), null);
  assert.doesNotMatch(String(tab.getItem("gateway.orders")), /secret/);
});
