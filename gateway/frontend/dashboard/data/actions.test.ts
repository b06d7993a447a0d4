import assert from "node:assert/strict";
import { test } from "node:test";

import { ableTo, type Action, ACTIONS, CONTAINER_ACTIONS, reasonAgainst, type Target } from "./actions.ts";
import type { Provider } from "./providers.ts";

const KINDS: Record<string, { label: string; capabilities: readonly string[] }> = {
  all: { label: "Simulator", capabilities: [...ACTIONS, ...CONTAINER_ACTIONS].map(({ verb }) => verb) },
  plain: { label: "Amazon Web Services", capabilities: ["START", "STOP", "TERMINATE"] },
};

/** The provider "all", "plain" or "viewed". */
const providerOf = (id: string) =>
  ({
    id,
    kind: KINDS[id] ?? KINDS.all,
    viewerRole: id === "viewed" ? "VIEWER" : "OPERATOR",
  }) as unknown as Provider;

function target(name: string, state = "RUNNING", provider = "all", region = "one"): Target {
  return { id: name, name, externalId: `id-of-${name}`, state, region, provider: { id: provider } };
}

const named = (name: string, actions = ACTIONS): Action => {
  const found = actions.find((action) => action.name === name);
  assert(found, name);
  return found;
};
const reason = (name: string, ...targets: Target[]) => reasonAgainst(named(name), targets, providerOf);
const able = (name: string, ...targets: Target[]) =>
  ableTo(named(name), targets, providerOf).map((each) => each.name);

test("an action is refused with its reason, before a cloud is asked", () => {
  assert.equal(reason("stop", target("a")), null);
  assert.equal(reason("start", target("a")), "Not while a is running.");
  assert.equal(reason("stop", target("a", "RUNNING", "viewed")), "You may only view a.");
  assert.equal(
    reason("terminate", target("a", "TERMINATED"), target("b", "MISSING")),
    "Not while they are terminated or missing.",
  );
  const mixed = [target("a"), target("b", "STOPPED"), target("c", "PAUSED"), target("d", "ERROR")];
  assert.equal(reason("start", ...mixed), "Leaves out 3 running, paused or error.");
  assert.equal(reason("terminate", ...mixed), null);
});

test("an action is offered for those of the chosen machines that allow it", () => {
  const mixed = [target("a"), target("b", "PAUSED"), target("c", "RUNNING", "viewed")];
  assert.deepEqual(able("stop", ...mixed), ["a"]);
  assert.deepEqual(able("resume", ...mixed), ["b"]);
});

test("an action that the API does not name for a kind of cloud is not offered there", () => {
  const there = target("b", "RUNNING", "plain");
  for (const name of ["reboot", "suspend", "resize"]) {
    assert.deepEqual(able(name, target("a"), there), ["a"]);
    assert.equal(reason(name, target("a"), there), "Leaves out 1 at clouds without it.");
    assert.equal(reason(name, there), "Not offered for Amazon Web Services.");
  }
});

test("a halted machine is started where nothing resumes it", () => {
  assert.deepEqual(able("start", target("a", "SUSPENDED"), target("b", "PAUSED", "plain")), ["b"]);
});

test("machines are resized together within one region of one provider", () => {
  const [here, there] = [target("a"), target("b", "STOPPED", "all", "two")];
  assert.deepEqual(able("resize", here, target("c", "STOPPED")), ["a", "c"]);
  assert.deepEqual(able("resize", here, there), []);
  assert.match(reason("resize", here, there) ?? "", /own sizes.* these are in 2\.$/);
  assert.deepEqual(able("resize", here, target("d", "PAUSED", "all", "two")), ["a"]); // it is left out
  assert.deepEqual(able("reboot", here, target("e", "RUNNING", "all", "two")), ["a", "e"]);
});

test("containers have actions of their own", () => {
  const [start, stop] = ["start", "stop"].map((name) => named(name, CONTAINER_ACTIONS));
  assert(start && stop);
  assert.equal(reasonAgainst(stop, [target("a")], providerOf), null);
  assert.equal(reasonAgainst(start, [target("a")], providerOf), "Not while a is running.");
  const reasonThere = reasonAgainst(stop, [target("a", "RUNNING", "plain")], providerOf);
  assert.equal(reasonThere, "Not offered for Amazon Web Services.");
});
