import assert from "node:assert/strict";
import { test } from "node:test";

import { Submissions } from "./submissions.ts";

globalThis.addEventListener ??= () => {};

test("a key that is added twice is sent once", async () => {
  const submissions = new Submissions();
  let sent = 0;
  const work = async () => {
    sent += 1;
    return "job";
  };
  submissions.add("key", "Ordering", work);
  submissions.add("key", "Ordering", work);
  assert.equal(submissions.list.current.length, 1);

  await submissions.send("key");

  assert.equal(sent, 1);
  assert.equal(submissions.list.current[0]?.state, "SENT");
});

test("what was undone is not sent", async () => {
  const submissions = new Submissions();
  let sent = 0;
  submissions.add("key", "Ordering", async () => {
    sent += 1;
    return "job";
  });
  submissions.undo("key");
  await submissions.send("key");
  assert.equal(sent, 0);
});

test("what failed is sent again under its key", async () => {
  const submissions = new Submissions();
  const answers = [() => Promise.reject(new Error("lost")), () => Promise.resolve("job")];
  submissions.add("key", "Ordering", async () => (await answers.shift()?.()) ?? "");

  await submissions.send("key");
  assert.equal(submissions.list.current[0]?.state, "FAILED");
  await submissions.send("key");
  assert.equal(submissions.list.current[0]?.jobId, "job");
});
