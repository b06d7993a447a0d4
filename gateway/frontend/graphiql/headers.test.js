import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { hasCredential, sendableHeaders, withToken } from "./headers.js";

describe("sendableHeaders", () => {
  test("leaves out an Authorization without a token", () => {
    for (const empty of ["", "JWT", "JWT ", "bearer "]) {
      assert.deepEqual(sendableHeaders({ authorization: empty, "X-Trace": 1 }), { "X-Trace": "1" });
    }
  });

  test("sends a credential as it stands", () => {
    const own = sendableHeaders({ authorization: "Bearer abc" });
    assert.deepEqual(own, { authorization: "Bearer abc" });
    assert.equal(hasCredential(own), true);
  });

  test("has nothing to send for an empty editor", () => {
    assert.deepEqual(sendableHeaders(undefined), {});
    assert.equal(hasCredential({}), false);
  });
});

test("withToken adds the token of the log-in, if there is one", () => {
  assert.deepEqual(withToken({ "X-Trace": "1" }, "new"), {
    "X-Trace": "1",
    Authorization: "JWT new",
  });
  assert.deepEqual(withToken({ "X-Trace": "1" }, null), { "X-Trace": "1" });
});
