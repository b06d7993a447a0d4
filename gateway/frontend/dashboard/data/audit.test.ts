import assert from "node:assert/strict";
import { test } from "node:test";

import { type AuditEvent, isDryRun, namesIn } from "./audit.ts";

test("an event is about what its ids named then, without who did it and its job", () => {
  const event = (names: unknown) => namesIn({ names, login: "ada" } as AuditEvent);
  assert.equal(
    event({
      u: { type: "User", name: "ada" },
      m: { type: "VirtualMachine", name: "web-1", provider: "Lab" },
      other: { type: "User", name: "bea" },
      gone: { type: "VirtualMachine", name: null },
      j: { type: "Job", name: "7c9e6679" },
      p: { type: "Provider", name: "Lab" },
    }),
    "web-1, bea, Lab",
  );
  assert.equal(event({}), "");
  assert.equal(event(null), "");
});

test("a dry run is told from what was done", () => {
  const event = (given: unknown) => isDryRun({ arguments: given } as AuditEvent);
  assert.equal(event({ dryRun: true }), true);
  assert.equal(event({ dryRun: false }), false);
  assert.equal(event(null), false);
});
