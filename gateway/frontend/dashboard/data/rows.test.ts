import assert from "node:assert/strict";
import { test } from "node:test";

import { nextSort, sorted } from "../parts/table.tsx";
import { Rows } from "./rows.ts";
import { ago, bytesInWords, fieldInWords, problemOf, tagsOf } from "./text.ts";

interface Item {
  readonly id: string;
  readonly source: string;
}

test("a source's new list takes the place of its old rows alone", () => {
  const rows = new Rows<Item>(() => {});
  rows.put([
    { id: "1", source: "a" },
    { id: "2", source: "a" },
    { id: "3", source: "b" },
  ]);

  rows.replace([{ id: "2", source: "a" }], ({ source }) => source === "a");

  assert.deepEqual(
    rows.all.map(({ id }) => id),
    ["2", "3"],
  );
});

test("listeners are called once for many changes", () => {
  const waiting: (() => void)[] = [];
  const rows = new Rows<Item>((work) => waiting.push(work));
  let calls = 0;
  rows.subscribe(() => (calls += 1));

  for (let index = 0; index < 1000; index += 1) rows.put([{ id: String(index), source: "a" }]);
  for (const work of waiting) work();

  assert.equal(calls, 1);
  assert.equal(rows.all.length, 1000);
});

test("numbers are sorted as numbers, names by their numbers, and what is unknown comes last", () => {
  const columns = [
    { key: "name", title: "", cell: () => null, sortBy: (row: { name: string }) => row.name },
    {
      key: "price",
      title: "",
      cell: () => null,
      sortBy: (row: { price: number | null }) => row.price,
    },
  ];
  const rows = [
    { name: "web-10", price: 2 },
    { name: "web-9", price: null },
    { name: "Web-1", price: 10 },
  ];
  const order = (key: string, descending: boolean) =>
    sorted(rows, columns as never, { key, descending }).map(({ name }) => name);

  assert.deepEqual(order("name", false), ["Web-1", "web-9", "web-10"]);
  assert.deepEqual(order("price", false), ["web-10", "Web-1", "web-9"]);
  assert.deepEqual(order("price", true), ["Web-1", "web-10", "web-9"]);
});

test("a click on a heading shows the largest number first, the first name, and then the other end", () => {
  const cost = { key: "cost", numeric: true };
  const byCost = nextSort(cost, { key: "name", descending: false });
  assert.deepEqual(byCost, { key: "cost", descending: true });
  assert.deepEqual(nextSort(cost, byCost), { key: "cost", descending: false });
  assert.deepEqual(nextSort({ key: "name" }, byCost), { key: "name", descending: false });
});

test("a receipt in words", () => {
  const error = { message: "It timed out." };
  const fetchedAt = new Date(Date.now() - 180_000).toISOString();
  const base = { region: "RegionOne", fetchedAt, error: null };

  assert.equal(problemOf({ ...base, status: "CACHED" }, "Lab"), null);
  assert.equal(
    problemOf({ ...base, status: "FAILED", error, fetchedAt: null }, "Lab"),
    "Lab RegionOne shows nothing. It timed out.",
  );
  assert.match(
    String(problemOf({ ...base, status: "STALE", error }, "Lab")),
    /^Lab RegionOne shows what was seen at .+, 3 minutes ago\. It timed out\.$/,
  );
  assert.equal(problemOf({ ...base, status: "LIVE", error }, "Lab"), "Lab RegionOne: It timed out.");
});

test("ages and tags in words", () => {
  const now = Date.parse("2026-01-02T00:00:00Z");
  assert.equal(ago("2026-01-01T23:59:58Z", now), "2 seconds ago");
  assert.equal(ago("2026-01-01T21:00:00Z", now), "3 hours ago");
  assert.equal(ago("2026-01-02T00:00:05Z", now), "now"); // a clock that is behind
  assert.equal(ago("2026-01-01T21:00:00Z", now, "narrow"), "3h ago");
  assert.equal(fieldInWords("publicIps"), "public IPs");
  assert.equal(fieldInWords("state"), "state");
  const tags = [
    { key: "Name", value: "web" },
    { key: "env", value: "prod" },
  ];
  assert.equal(tagsOf({ name: "web", tags }), "env=prod");
  assert.equal(tagsOf({ name: "other", tags }), "Name=web, env=prod");
});

test("sizes in words", () => {
  const sizes = [0, 1, 1023, 1024, 1536, 5 * 2 ** 30, 3 * 2 ** 50];
  assert.deepEqual(sizes.map(bytesInWords), [
    "0 bytes",
    "1 byte",
    "1,023 bytes",
    "1.0 KiB",
    "1.5 KiB",
    "5.0 GiB",
    "3072.0 TiB",
  ]);
  assert.equal(bytesInWords(null), "");
});
