import assert from "node:assert/strict";
import { test } from "node:test";

import { wordFor } from "./confirm.tsx";

test("what is typed names the one target, as a page shows its name, or their number", () => {
  assert.equal(wordFor(["web-1"]), "web-1");
  assert.equal(wordFor([" my   machine "]), "my machine");
  assert.equal(wordFor([" "]), "1");
  assert.equal(wordFor(["a", "b", "c"]), "3");
});
