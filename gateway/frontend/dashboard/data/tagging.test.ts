import assert from "node:assert/strict";
import { test } from "node:test";

import type { Gateway } from "../api/gateway.ts";
import type { Machine } from "./fleet.ts";
import type { Provider } from "./providers.ts";
import { reasonAgainstTags, tryTags } from "./tagging.ts";

interface Sent {
  readonly input: { readonly id: string; readonly dryRun?: boolean; readonly set?: unknown };
}

/** A gateway that refuses the machine "b"; `atOnce` is the most requests that it had at a time. */
function gatewayOf(ids: readonly string[], failing = "") {
  const found = { atOnce: 0, sent: [] as Sent["input"][] };
  let open = 0;
  const gateway = {
    async execute(_document: unknown, { input }: Sent) {
      found.atOnce = Math.max(found.atOnce, ++open);
      found.sent.push(input);
      await new Promise((done) => setTimeout(done));
      open--;
      const errors = input.id === failing ? [{ field: "id", message: "It is gone." }] : [];
      const checks = [{ ok: input.id !== "b", message: "Its cloud refuses it." }];
      return { tagVirtualMachine: { job: null, dryRun: { allowed: input.id !== "b", checks }, errors } };
    },
  };
  return { found, ids, gateway: gateway as unknown as Gateway };
}

test("each machine gets a dry run, a few at a time, and the answers come in the machines' order", async () => {
  const ids = ["a", "b", ..."cdefghij"];
  const { found, gateway } = gatewayOf(ids);
  let answers = 0;

  const verdicts = await tryTags(gateway, ids, { key: "owner", value: "ada" }, () => answers++);

  assert.deepEqual(verdicts.map(({ id }) => id), ids);
  assert.deepEqual(verdicts.filter(({ allowed }) => !allowed), [
    { id: "b", allowed: false, objections: ["Its cloud refuses it."] },
  ]);
  assert.equal(answers, ids.length);
  assert(found.atOnce > 1 && found.atOnce <= 4, String(found.atOnce));
  assert(found.sent.every(({ dryRun }) => dryRun === true));
  assert.deepEqual(found.sent[0]?.set, [{ key: "owner", value: "ada" }]);
});

test("a refused question is the reason why there is no answer", async () => {
  const { gateway, ids } = gatewayOf(["a", "c"], "c");
  await assert.rejects(tryTags(gateway, ids, { key: "owner", value: null }, () => {}), /It is gone/);
});

test("what cannot be tagged says why, and what is left out of a choice is counted", () => {
  const kinds = { can: ["TAG"], cannot: [] as string[] };
  const providerOf = (id: string) =>
    ({
      viewerRole: id === "viewed" ? "VIEWER" : "OPERATOR",
      kind: { capabilities: id === "cannot" ? kinds.cannot : kinds.can },
    }) as unknown as Provider;
  const machine = (provider: string, state = "RUNNING") => ({ provider: { id: provider }, state }) as Machine;
  const reason = (...machines: Machine[]) => reasonAgainstTags(machines, providerOf);

  assert.equal(reason(machine("can")), null);
  assert.equal(reason(machine("viewed")), "It is yours to view only.");
  assert.equal(reason(machine("can", "MISSING")), "It is missing.");
  assert.equal(reason(machine("can"), machine("cannot")), "Leaves out 1: of a cloud without tags.");
  assert.equal(reason(machine("viewed"), machine("cannot")), "All are yours to view only or of a cloud without tags.");
});
