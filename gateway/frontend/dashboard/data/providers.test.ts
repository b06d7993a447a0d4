import assert from "node:assert/strict";
import { test } from "node:test";

import type { Gateway } from "../api/gateway.ts";
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
