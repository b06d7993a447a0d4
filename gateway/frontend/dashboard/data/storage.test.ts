import assert from "node:assert/strict";
import { test } from "node:test";

import { foldersOf, within } from "./storage.ts";

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
