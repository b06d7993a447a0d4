import assert from "node:assert/strict";
import { test } from "node:test";

import type { Gateway } from "../api/gateway.ts";
import { GatewayError } from "../api/post.ts";
import { submitAction, tryAction } from "./action_requests.ts";
import { type Action, ACTIONS, RESIZE } from "./actions.ts";
import { patiently } from "./in_turn.ts";
import type { Provider } from "./providers.ts";

type Input = Record<string, unknown> & { id?: string; ids?: string[] };

/** A gateway that refuses the machine "b", and notes what it was sent. */
function gatewayOf() {
  const sent: Input[] = [];
  const gateway = {
    async execute(_document: unknown, { input }: { input: Input }) {
      sent.push(input);
      const allowed = input.id !== "b";
      const one = (monthly: number) => ({ monthly, priced: 1, unpriced: 0 });
      const cost = allowed ? { now: one(10), after: one(20), complete: true, note: null } : null;
      const checks = [{ name: "state", ok: allowed, message: "It is locked." }];
      const dryRun = input.dryRun ? { allowed, checks, cost, targets: [] } : null;
      return { result: { job: { id: `job-${sent.length}` }, dryRun, errors: [] } };
    },
  };
  return { sent, gateway: gateway as unknown as Gateway };
}

const action = (name: string): Action => {
  const found = ACTIONS.find((each) => each.name === name);
  assert(found);
  return found;
};
const targetOf = (id: string) =>
  ({ id, name: id, externalId: id, state: "RUNNING", region: "one", provider: { id: "p" } });
const providerOf = () => ({ name: "Lab" }) as Provider;

test("each machine of a reboot gets a dry run, and the costs are added up", async () => {
  const { sent, gateway } = gatewayOf();
  let answers = 0;
  const { targets, cost } = await tryAction(
    gateway, { action: action("reboot") }, ["a", "b", "c"].map(targetOf), providerOf, () => answers++,
  );

  assert.equal(answers, 3);
  assert(sent.every(({ dryRun }) => dryRun === true));
  assert.deepEqual(targets.map(({ id, allowed }) => [id, allowed]), [["a", true], ["b", false], ["c", true]]);
  assert.deepEqual(targets[1]?.objections, ["It is locked."]);
  assert.equal(targets[0]?.place, "Lab one");
  assert.deepEqual(cost?.now, { monthly: 20, priced: 2, unpriced: 0 });
  assert.deepEqual(cost?.after, { monthly: 40, priced: 2, unpriced: 0 });
});

test("a job of several stops is one request, and each reboot has a key of its own", async () => {
  const { sent, gateway } = gatewayOf();
  assert.deepEqual(await submitAction(gateway, { action: action("stop") }, ["a", "c"], "k"), ["job-1"]);
  assert.deepEqual(await submitAction(gateway, { action: action("reboot") }, ["a", "c"], "k"), ["job-2", "job-3"]);
  assert.deepEqual(await submitAction(gateway, { action: action("reboot") }, ["a"], "k"), ["job-4"]);

  assert.deepEqual(sent.map(({ id, ids, idempotencyKey }) => [id ?? ids, idempotencyKey]), [
    [["a", "c"], "k"],
    ["a", "k-0"],
    ["c", "k-1"],
    ["a", "k"],
  ]);
});

test("a resize sends the size, and says whether to stop the machine first", async () => {
  const { sent, gateway } = gatewayOf();
  const request = { action: RESIZE, size: { size: "s", stopFirst: true } };
  await submitAction(gateway, request, ["a"], "k");
  assert.deepEqual(sent, [{ id: "a", idempotencyKey: "k", size: "s", stopFirst: true }]);
  await assert.rejects(submitAction(gateway, { action: RESIZE }, ["a"], "k"), /needs a size/);
});

test("a request that comes too often is sent again, and another refusal is not", async () => {
  const refuse = (code: string, times: number) => {
    let asked = 0;
    return async () => {
      if (asked++ < times) throw new GatewayError("No.", code);
      return asked;
    };
  };
  assert.equal(await patiently(refuse("RATE_LIMITED", 2), 1), 3);
  await assert.rejects(patiently(refuse("FORBIDDEN", 1), 1), /No/);
});
