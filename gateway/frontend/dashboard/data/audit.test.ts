import assert from "node:assert/strict";
import { test } from "node:test";

import { type AuditEvent, filterOf, isDryRun, isId, objectsIn, searchOf } from "./audit.ts";

test("an event is about what its ids named then, without who did it and its job", () => {
  const event = (names: unknown) =>
    objectsIn({ names, login: "ada" }).map(({ id, name }) => `${id} ${name}`).join(", ");
  assert.equal(
    event({
      u: { type: "User", name: "ada" },
      m: { type: "VirtualMachine", name: "web-1", provider: "Lab" },
      other: { type: "User", name: "bea" },
      gone: { type: "VirtualMachine", name: null },
      j: { type: "Job", name: "7c9e6679" },
      p: { type: "Provider", name: "Lab" },
    }),
    "m web-1, other bea, p Lab",
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

test("the URL's search is the gateway's filter", () => {
  const filter = (text: string) => filterOf(searchOf(new URLSearchParams(`${text}&dry=1`)));
  const machine = btoa("VirtualMachine:x:one:i-1");

  assert.deepEqual(filter(""), {});
  assert.deepEqual(filterOf(searchOf(new URLSearchParams())), { dryRun: false });
  assert.deepEqual(filter("kind=MUTATION&action=stopVirtualMachine&user=u"), {
    kind: ["MUTATION"], action: ["stopVirtualMachine"], user: ["u"],
  });
  assert.deepEqual(filter("kind=NONSENSE"), {});
  assert.deepEqual(filter(`object=${encodeURIComponent(machine)}`), { object: [machine] });
  assert.deepEqual(filter("object=web-1"), { objectName: ["web-1"] });
  assert.deepEqual(filter("hours=own&since=2026-11-30T09:00&until="), {
    since: new Date("2026-11-30T09:00").toISOString(),
  });
  assert.deepEqual(filter("since=2026-11-30T09:00"), {}); // of a choice that is not made any more
  const { since } = filter("hours=24");
  assert(Math.abs(Date.parse(String(since)) - (Date.now() - 86_400_000)) < 60_000);
});

test("an id is told from a name", () => {
  assert(isId(btoa("VirtualMachine:x")));
  for (const name of ["web-1", "database", "AAAA", "", "Lab"]) assert(!isId(name), name);
});
