/** Which rows of a table are chosen: one by one, a range, or all that match. */
import { useMemo, useRef, useState } from "preact/hooks";

import type { Row } from "../data/rows.ts";
import type { Selection } from "./table.tsx";

export function useSelection<T extends Row>(shown: readonly T[], nameOf: (row: T) => string) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  const chosen = useMemo(
    () => shown.filter(({ id }) => selected.has(id)), // what a filter hides is not acted on
    [shown, selected],
  );
  const allSelected = shown.length > 0 && chosen.length === shown.length;
  const toggle = (key: string, range: boolean) => {
    const next = new Set(selected);
    const on = !selected.has(key);
    const keys = range ? between(shown, last.current, key) : [key];
    for (const each of keys) {
      if (on) next.add(each);
      else next.delete(each);
    }
    last.current = key;
    setSelected(next);
  };
  const selection: Selection<T> = {
    selected,
    toggle,
    toggleAll: () => setSelected(allSelected ? new Set() : new Set(shown.map(({ id }) => id))),
    allSelected,
    labelOf: (row) => `Select ${nameOf(row)}`,
  };
  return { selection, chosen, clear: () => setSelected(new Set()) };
}

function between(rows: readonly Row[], from: string | null, to: string): string[] {
  const [a, b] = [from, to].map((key) => rows.findIndex(({ id }) => id === key));
  if (a === undefined || b === undefined || a < 0 || b < 0) return [to];
  return rows.slice(Math.min(a, b), Math.max(a, b) + 1).map(({ id }) => id);
}
