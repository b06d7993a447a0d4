import assert from "node:assert/strict";
import { test } from "node:test";

import type { Machine } from "./fleet.ts";
import { grouped, hasProblem, labelsFor, matching } from "./machine_list.ts";
import type { Provider } from "./providers.ts";
import { taggable } from "./tagging.ts";

const provider = { id: "p", name: "Lab cloud", kind: { slug: "openstack" }, viewerRole: "OPERATOR" };
const providerOf = (id: string) => (id === "p" ? (provider as Provider) : undefined);

function machine(name: string, changes: Partial<Machine> = {}): Machine {
  return {
    id: name,
    name,
    externalId: `id-of-${name}`,
    state: "RUNNING",
    region: "one",
    problem: null,
    stale: false,
    observedAt: "2026-01-01T00:00:00Z",
    monthlyCost: 73,
    publicIps: [],
    privateIps: ["10.0.0.7"],
    provider: { id: "p" },
    size: { name: "m1.small" },
    image: null,
    location: null,
    tags: [],
    ...changes,
  };
}

const names = (machines: readonly Machine[]) => machines.map(({ name }) => name);

test("every word must be in the machine, in any case, wherever", () => {
  const web = machine("Web-1", { tags: [{ key: "team", value: "Blue" }] });
  const db = machine("db-1", { region: "two" });
  const find = (text: string, ...states: string[]) =>
    names(matching([web, db], text, new Set(states), providerOf));

  assert.deepEqual(find("web team=blue"), ["Web-1"]);
  assert.deepEqual(find("LAB openstack"), ["Web-1", "db-1"]);
  assert.deepEqual(find("10.0.0.7 two"), ["db-1"]);
  assert.deepEqual(find("web db"), []);
  assert.deepEqual(find("", "STOPPED"), []);
  assert.deepEqual(find("  "), ["Web-1", "db-1"]);
  assert.deepEqual(find("-team="), ["db-1"]);
  assert.deepEqual(find("-db lab"), ["Web-1"]);
  assert.deepEqual(find("-"), ["Web-1", "db-1"], "a minus sign alone is a part of a name");
});

test("a machine with two values of a tag is in the groups of both, once in each", () => {
  const both = machine("both", {
    tags: [
      { key: "team", value: "red" },
      { key: "team", value: "blue" },
      { key: "team", value: "red" },
    ],
  });
  const none = machine("none", { monthlyCost: null });
  const stopped = machine("stopped", {
    state: "STOPPED",
    monthlyCost: 0,
    tags: [{ key: "team", value: "" }],
  });

  const blue = machine("blue", { monthlyCost: 7, tags: [{ key: "team", value: "blue" }] });
  const unknown = machine("unknown", { monthlyCost: null, tags: blue.tags });
  const groups = grouped([both, none, stopped, blue, unknown], labelsFor("tag:team", providerOf));

  assert.deepEqual(
    groups.map(({ label, count, running, monthly, unpriced }) => [label, count, running, monthly, unpriced]),
    [
      ["blue", 3, 3, 80, 1],
      ["(empty)", 1, 0, 0, 0],
      ["(no tag team)", 1, 1, null, 1],
      ["red", 1, 1, 73, 0],
    ],
  );
});

test("a machine has a problem if it is broken, gone, read in part or of a silent cloud", () => {
  const all = [
    machine("well"),
    machine("stopped", { state: "STOPPED" }),
    machine("broken", { state: "ERROR" }),
    machine("gone", { state: "MISSING" }),
    machine("odd", { state: "UNKNOWN" }),
    machine("partial", { problem: "Its size could not be read." }),
    machine("old", { stale: true }),
  ];
  assert.deepEqual(names(all.filter(hasProblem)), ["broken", "gone", "odd", "partial", "old"]);
});

test("tags are set where the provider can, the viewer may and the machine is there", () => {
  const able = (changes: object) => (id: string) =>
    ({ ...provider, id, kind: { capabilities: ["TAG"] }, ...changes }) as unknown as Provider;
  const all = [machine("a"), machine("gone", { state: "TERMINATED" })];

  assert.deepEqual(names(taggable(all, able({}))), ["a"]);
  assert.deepEqual(names(taggable(all, able({ viewerRole: "VIEWER" }))), []);
  assert.deepEqual(names(taggable(all, able({ kind: { capabilities: ["LIST"] } }))), []);
});
