import assert from "node:assert/strict";
import { test } from "node:test";

import { granteeOf } from "./access.ts";

test("a grant is for a user or a team", () => {
  assert.deepEqual(granteeOf("user:VXNlcjox"), { user: "VXNlcjox" });
  assert.deepEqual(granteeOf("team:VGVhbTox"), { team: "VGVhbTox" });
  assert.equal(granteeOf(""), null);
  assert.equal(granteeOf("user:"), null);
});
