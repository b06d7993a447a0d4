import assert from "node:assert/strict";
import { test } from "node:test";

import type { Gateway } from "../api/gateway.ts";
import { GatewayError, Unreachable } from "../api/post.ts";
import { Providers } from "./providers.ts";

Object.assign(globalThis, { requestAnimationFrame: (work: () => void) => work() });

test("a provider that was connected elsewhere is read once, and one that cannot be read once, too", async () => {
  let listed = ["a"];
  let asked = 0;
  const gateway = {
    async execute() {
      asked++;
      return { providers: listed.map((id) => ({ id, name: `Cloud ${id}` })) };
    },
  } as unknown as Gateway;
  const providers = new Providers(gateway);
  await providers.ensure(["a"]);
  assert.equal(asked, 0, "the first list is read by load()");
  await providers.load();

  listed = ["a", "b"];
  await providers.ensure(["a", "b"]);
  assert.equal(providers.rows.get("b")?.name, "Cloud b");
  await providers.ensure(["a", "b"]);
  assert.equal(asked, 2);

  await providers.ensure(["a", "c"]);
  await providers.ensure(["a", "c"]);
  assert.equal(asked, 3);
});

test("a changed role is read again, and after a refusal only the user asks again", async () => {
  let answer: () => object = () => ({ providers: [{ id: "a", viewerRole: "VIEWER" }] });
  const providers = new Providers({ execute: async () => answer() } as unknown as Gateway);
  await providers.refresh();
  assert.equal(providers.rows.all.length, 0, "the first list is read by load()");
  await providers.load();

  answer = () => {
    throw new Unreachable();
  };
  await providers.refresh();
  assert(providers.error.current instanceof Unreachable);
  answer = () => ({ providers: [{ id: "a", viewerRole: "OPERATOR" }] });
  await providers.refresh();
  assert.equal(providers.rows.get("a")?.viewerRole, "OPERATOR");
  assert.equal(providers.error.current, null);

  answer = () => {
    throw new GatewayError("No.", "FORBIDDEN");
  };
  await providers.refresh();
  answer = () => ({ providers: [] });
  await providers.refresh();
  assert.match(String(providers.error.current), /No\./);
});
