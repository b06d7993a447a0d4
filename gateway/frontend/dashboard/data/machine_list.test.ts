import assert from "node:assert/strict";
import { test } from "node:test";

import { ACTIONS, reasonAgainst } from "./actions.ts";
import type { Machine } from "./fleet.ts";
import { grouped, hasProblem, labelsFor, matching } from "./machine_list.ts";
import type { Provider } from "./providers.ts";

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
    pricePerHour: 0.1,
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
});

test("a machine with two values of a tag is in the groups of both, once in each", () => {
  const both = machine("both", {
    tags: [
      { key: "team", value: "red" },
      { key: "team", value: "blue" },
      { key: "team", value: "red" },
    ],
  });
  const none = machine("none", { pricePerHour: null });
  const stopped = machine("stopped", { state: "STOPPED", tags: [{ key: "team", value: "" }] });

  const groups = grouped([both, none, stopped], labelsFor("tag:team", providerOf));

  assert.deepEqual(
    groups.map(({ label, count, running, unpriced }) => [label, count, running, unpriced]),
    [
      ["(empty)", 1, 0, 0],
      ["(no tag team)", 1, 1, 1],
      ["blue", 1, 1, 0],
      ["red", 1, 1, 0],
    ],
  );
});

test("an action is refused with its reason, before a cloud is asked", () => {
  const [start, stop, terminate] = ACTIONS;
  assert(start && stop && terminate);
  const viewer = () => ({ ...provider, viewerRole: "VIEWER" }) as Provider;

  assert.equal(reasonAgainst(stop, [machine("a")], providerOf), null);
  assert.equal(reasonAgainst(start, [machine("a")], providerOf), "Start: not while a is running.");
  assert.equal(reasonAgainst(stop, [machine("a")], viewer), "Stop: you may only view a.");
  const gone = [machine("a", { state: "TERMINATED" }), machine("b", { state: "MISSING" })];
  assert.equal(
    reasonAgainst(terminate, gone, providerOf),
    "Terminate: not while 2 of them are terminated or missing.",
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
