import assert from "node:assert/strict";
import { test } from "node:test";

import { valueInWords } from "./changes.ts";

test("a value of a change is one line", () => {
  assert.equal(valueInWords(null), "");
  assert.equal(valueInWords("RUNNING"), "RUNNING");
  assert.equal(valueInWords(0), "0");
  assert.equal(valueInWords(["10.0.0.1", "10.0.0.2"]), "10.0.0.1, 10.0.0.2");
  assert.equal(valueInWords([{ key: "env", value: "dev" }]), "env=dev");
  assert.equal(valueInWords([["env", "dev"], ["team", "red"]]), "env=dev, team=red");
  const price = { amount: 0.0116, currency: "EUR", per: "HOUR" };
  assert.equal(valueInWords(price), "€0.0116 an hour");
  assert.equal(valueInWords({ ...price, per: "DAY" }), JSON.stringify({ ...price, per: "DAY" }));
  assert.equal(valueInWords({ size: 3 }), '{"size":3}');
});
