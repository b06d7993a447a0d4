import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { EMPTY_HEADERS, sendableHeaders, withSession, withToken } from "./headers.js";

const text = (/** @type {object} */ headers) => JSON.stringify(headers, null, 2);

describe("sendableHeaders", () => {
  test("leaves out an Authorization without a token", () => {
    for (const empty of ["", "JWT", "JWT ", "bearer "]) {
      assert.deepEqual(sendableHeaders({ authorization: empty, "X-Trace": 1 }), { "X-Trace": "1" });
    }
  });

  test("sends a credential as it stands", () => {
    assert.deepEqual(sendableHeaders({ Authorization: "Bearer abc" }), {
      Authorization: "Bearer abc",
    });
  });

  test("has nothing to send for an empty editor", () => {
    assert.deepEqual(sendableHeaders(undefined), {});
  });
});

describe("withToken", () => {
  test("replaces the credential, whatever its case, and keeps the other headers", () => {
    const before = text({ authorization: "Bearer old", "X-Trace": "1" });
    assert.equal(withToken(before, "new"), text({ "X-Trace": "1", Authorization: "JWT new" }));
  });

  test("starts anew where the text is no JSON object", () => {
    for (const before of ["", "{ half", "[]", "null", "1"]) {
      assert.equal(withToken(before, "new"), text({ Authorization: "JWT new" }));
    }
  });

  test("leaves a place for the next token when there is none", () => {
    assert.equal(withToken(text({ Authorization: "JWT old" }), null), EMPTY_HEADERS);
  });
});

describe("withSession", () => {
  test("fills the empty place in a tab opened before the log-in", () => {
    assert.equal(withSession(EMPTY_HEADERS, "new", ["new"]), text({ Authorization: "JWT new" }));
  });

  test("replaces a token that this page issued earlier", () => {
    const before = text({ Authorization: "JWT old" });
    assert.equal(withSession(before, "new", ["old", "new"]), text({ Authorization: "JWT new" }));
    assert.equal(withSession(before, null, ["old"]), EMPTY_HEADERS);
  });

  test("does not touch a credential of the user's own, nor a tab cleared on purpose", () => {
    for (const own of [text({ Authorization: "JWT pasted" }), "{}", "", "{ half"]) {
      assert.equal(withSession(own, "new", ["old", "new"]), own);
      assert.equal(withSession(own, null, ["old"]), own);
    }
  });

  test("does not reformat a text that is up to date", () => {
    const compact = '{"Authorization":"JWT new","X-Trace":"1"}';
    assert.equal(withSession(compact, "new", ["new"]), compact);
    assert.equal(withSession('{"Authorization":"JWT "}', null, []), '{"Authorization":"JWT "}');
  });
});
