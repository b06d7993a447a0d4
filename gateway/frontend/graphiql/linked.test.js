import assert from "node:assert/strict";
import { test } from "node:test";

import { prettified, queryIn } from "./linked.js";

test("a link carries a query; any other fragment, and a link that was cut, carry none", () => {
  const query = 'query Machines {\n  virtualMachines(filter: {search: "a&b #1 100%"}) { totalCount }\n}\n';
  assert.equal(queryIn(`#query=${encodeURIComponent(query)}`), query);
  assert.equal(queryIn(""), undefined);
  assert.equal(queryIn("#query="), undefined);
  assert.equal(queryIn("#/machines?q=web"), undefined);
  assert.equal(queryIn("#query=%7B%20virtual%E2"), undefined);
});

test("a linked query gets one field a line, and a text that is none stays", () => {
  assert.equal(prettified("{ viewer { login } }"), "{\n  viewer {\n    login\n  }\n}");
  for (const text of ["# a comment\n{ viewer { login } }", "{ viewer {"]) assert.equal(prettified(text), text);
});
