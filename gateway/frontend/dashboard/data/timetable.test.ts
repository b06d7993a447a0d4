import assert from "node:assert/strict";
import { test } from "node:test";

import { cronOf, filterInWords, filterOf } from "./timetable.ts";

test("a time and days as cron has them", () => {
  assert.equal(cronOf("19:05", "mon-fri"), "5 19 * * mon-fri");
  assert.equal(cronOf("00:00", "*"), "0 0 * * *");
  assert.equal(cronOf("", "*"), null);
});

test("a filter has the parts that were chosen, and none other", () => {
  assert.deepEqual(filterOf({ provider: "", tag: "", search: " " }), {});
  assert.deepEqual(filterOf({ provider: "p", tag: "url = a=b", search: "web" }), {
    provider: ["p"],
    tags: [{ key: "url", value: "a=b" }],
    search: "web",
  });
});

test("any filter in words, those too that the form cannot make", () => {
  const nameOf = (id: string) => ({ p: "Lab" })[id] ?? id;
  const filter = {
    provider: ["p", "q"],
    tags: [{ key: "env", value: "dev" }],
    search: "web",
    state: ["RUNNING", "ERROR"],
    not: { untagged: true },
  };
  assert.equal(
    filterInWords(filter, nameOf),
    'Lab or q, env=dev, web, state RUNNING or ERROR, not {"untagged":true}',
  );
  assert.equal(filterInWords(null, nameOf), "");
});
