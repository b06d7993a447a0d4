import assert from "node:assert/strict";
import { test } from "node:test";

import type { Gateway } from "../api/gateway.ts";
import { foldersOf, submitBucketDeletion, tryBucketDeletion, within } from "./storage.ts";

test("a prefix is a path of folders, and an empty one is none", () => {
  assert.deepEqual(foldersOf(""), []);
  assert.deepEqual(foldersOf("a/b c/"), [
    { text: "a", prefix: "a/" },
    { text: "b c", prefix: "a/b c/" },
  ]);
  assert.deepEqual(foldersOf("/a/"), [
    { text: "(empty)", prefix: "/" },
    { text: "a", prefix: "/a/" },
  ]);
});

test("a key is shown without its folder, and never as nothing", () => {
  assert.equal(within("a/b.txt", "a/"), "b.txt");
  assert.equal(within("a/", "a/"), "(empty)");
});

test("a dry run of a bucket's deletion says what it found of its objects, and why not", async () => {
  const sent: object[] = [];
  const gateway = (allowed: boolean, ...checks: [string, boolean, string][]) =>
    ({
      async execute(_document: unknown, { input }: { input: object }) {
        sent.push(input);
        const dryRun = { allowed, checks: checks.map(([name, ok, message]) => ({ name, ok, message })) };
        return { deleteBucket: { job: { id: "j" }, dryRun, errors: [] } };
      },
    }) as unknown as Gateway;
  const state = ["state", true, "It is AVAILABLE."] as [string, boolean, string];

  const full = gateway(false, state, ["cloud", false, "It is not empty."]);
  assert.deepEqual(await tryBucketDeletion(full, { id: "b", force: false }), {
    allowed: false,
    words: ["It is not empty."],
  });
  const forced = gateway(true, state, ["cloud", true, "Its objects would be deleted."]);
  assert.deepEqual(await tryBucketDeletion(forced, { id: "b", force: true }), {
    allowed: true,
    words: ["Its objects would be deleted."],
  });
  const busy = gateway(false, ["state", false, "It is DELETED."]);
  assert.deepEqual((await tryBucketDeletion(busy, { id: "b", force: true })).words, ["It is DELETED."]);

  assert.deepEqual(await submitBucketDeletion(forced, { id: "b", force: true }, "k"), ["j"]);
  assert.deepEqual(sent.at(-1), { id: "b", force: true, idempotencyKey: "k" });
});
