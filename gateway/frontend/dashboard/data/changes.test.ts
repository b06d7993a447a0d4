import assert from "node:assert/strict";
import { test } from "node:test";

import { valueInWords } from "./changes.ts";

test("a value of a change is one line", () => {
  assert.equal(valueInWords(null), "");
  assert.equal(valueInWords("RUNNING"), "RUNNING");
  assert.equal(valueInWords(0), "0");
  assert.equal(valueInWords(["10.0.0.1", "10.0.0.2"]), "10.0.0.1, 10.0.0.2");
  assert.equal(valueInWords([{ key: "env", value: "dev" }]), "env=dev");
  assert.equal(valueInWords({ size: 3 }), '{"size":3}');
});
