import assert from "node:assert/strict";
import { test } from "node:test";

import type { Machine } from "./fleet.ts";
import type { Provider } from "./providers.ts";
import { machinesFor, volumeActions } from "./volume_actions.ts";

const capabilities = ["ATTACH_VOLUME", "DETACH_VOLUME", "CREATE_SNAPSHOT", "DELETE_VOLUME"];
const provider = (changes: object) =>
  ({ viewerRole: "OPERATOR", kind: { capabilities }, ...changes }) as unknown as Provider;

test("a volume offers what its state, the role and the provider allow", () => {
  const offered = (state: string, changes: object = {}) =>
    volumeActions({ state, provider: { id: "p", name: "P" } } as never, () => provider(changes));

  assert.deepEqual(offered("AVAILABLE"), ["attach", "snapshot", "delete"]);
  assert.deepEqual(offered("ERROR"), ["delete"]);
  assert.deepEqual(offered("IN_USE"), ["detach", "snapshot"]);
  assert.deepEqual(offered("CREATING"), []);
  assert.deepEqual(offered("AVAILABLE", { viewerRole: "VIEWER" }), []);
  assert.deepEqual(offered("IN_USE", { kind: { capabilities: ["CREATE_SNAPSHOT"] } }), ["snapshot"]);
});

test("a volume may go to machines of its provider, region and zone that are there", () => {
  const machine = (name: string, changes: object = {}) =>
    ({ name, state: "RUNNING", region: "r", provider: { id: "p" }, location: { name: "a" }, ...changes }) as Machine;
  const all = [
    machine("web-10"),
    machine("web-9", { state: "STOPPED", location: null }),
    machine("gone", { state: "TERMINATED" }),
    machine("other region", { region: "s" }),
    machine("other zone", { location: { name: "b" } }),
    machine("other provider", { provider: { id: "q" } }),
  ];
  const volume = { provider: { id: "p", name: "P" }, region: "r", location: { name: "a" } };
  const found = (zone: object | null) =>
    machinesFor({ ...volume, location: zone } as never, all).map(({ name }) => name);

  assert.deepEqual(found({ name: "a" }), ["web-9", "web-10"]);
  assert.deepEqual(found(null), ["other zone", "web-9", "web-10"]);
});
