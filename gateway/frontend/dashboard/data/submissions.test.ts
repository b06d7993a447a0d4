import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { SHOWN_SECONDS, Submissions } from "./submissions.ts";

globalThis.addEventListener ??= () => {};
mock.timers.enable({ apis: ["setTimeout"] } as never); // its types are of an earlier Node

test("a key that is added twice is sent once", async () => {
  const submissions = new Submissions();
  let sent = 0;
  const work = async () => {
    sent += 1;
    return ["job"];
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
    return ["job"];
  });
  submissions.undo("key");
  await submissions.send("key");
  assert.equal(sent, 0);
});

test("what failed is sent again under its key", async () => {
  const submissions = new Submissions();
  const answers = [() => Promise.reject(new Error("lost")), () => Promise.resolve(["job"])];
  submissions.add("key", "Ordering", async () => (await answers.shift()?.()) ?? []);

  await submissions.send("key");
  assert.equal(submissions.list.current[0]?.state, "FAILED");
  await submissions.send("key");
  assert.deepEqual(submissions.list.current[0]?.jobIds, ["job"]);
});

test("a success is shown for a while after its job, a failure until it is dismissed", async () => {
  const submissions = new Submissions();
  submissions.add("good", "Ordering", async () => ["job"]);
  submissions.add("bad", "Ordering", async () => Promise.reject(new Error("lost")));
  await submissions.send("good");
  await submissions.send("bad");

  mock.timers.tick(SHOWN_SECONDS * 10_000); // the job takes its time
  assert.equal(submissions.list.current.length, 2);
  submissions.expire("good")();
  mock.timers.tick(SHOWN_SECONDS * 1000); // it goes on after all
  submissions.expire("good");
  mock.timers.tick(SHOWN_SECONDS * 1000 - 1);
  assert.equal(submissions.list.current.length, 2);
  mock.timers.tick(1);

  assert.deepEqual(
    submissions.list.current.map(({ key, state }) => [key, state]),
    [["bad", "FAILED"]],
  );
});
