import assert from "node:assert/strict";
import { test } from "node:test";

import { chosenColumns, ColumnChoice } from "./column_choice.ts";

function storage(): Storage {
  const values = new Map<string, string>();
  return {
    getItem: (name: string) => values.get(name) ?? null,
    setItem: (name: string, value: string) => void values.set(name, value),
  } as Storage;
}

test("a choice is kept for its table alone, and can be taken back", () => {
  const browser = storage();
  new ColumnChoice("machines", browser).choose(["state"]);

  assert.deepEqual(new ColumnChoice("machines", browser).chosen, ["state"]);
  assert.equal(new ColumnChoice("containers", browser).chosen, null);
  new ColumnChoice("machines", browser).choose(null);
  assert.equal(new ColumnChoice("machines", browser).chosen, null);
});

test("what is stored and cannot be read is no choice", () => {
  for (const text of ["{", "null", '{"machines": "state"}']) {
    const browser = storage();
    browser.setItem("gateway.columns", text);
    assert.equal(new ColumnChoice("machines", browser).chosen, null);
  }
});

test("chosen columns keep their order, the first is always there, and none is hidden", () => {
  const columns = [{ key: "name" }, { key: "state" }, { key: "tags", wide: true }];
  assert.equal(chosenColumns(columns, null), columns);
  assert.deepEqual(chosenColumns(columns, ["tags", "gone"]), [
    { key: "name", wide: false },
    { key: "tags", wide: false },
  ]);
});
