/** The choice of a table's columns, and the menu to make it. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { chosenColumns, ColumnChoice } from "../data/column_choice.ts";
import type { Column } from "./table.tsx";

export interface Columns<T> {
  readonly all: readonly Column<T>[];
  readonly shown: readonly Column<T>[];
  readonly chosen: readonly string[] | null;
  /** Null: the usual ones. */
  readonly choose: (keys: readonly string[] | null) => void;
}

export function useColumns<T>(table: string, all: readonly Column<T>[]): Columns<T> {
  const [choice] = useState(() => new ColumnChoice(table));
  const [chosen, setChosen] = useState(choice.chosen);
  const shown = useMemo(() => chosenColumns(all, chosen), [all, chosen]);
  const choose = (keys: readonly string[] | null) => {
    choice.choose(keys);
    setChosen(keys);
  };
  return { all, shown, chosen, choose };
}

export function ColumnMenu<T>({ columns }: { columns: Columns<T> }) {
  const { all, chosen, choose } = columns;
  const element = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const listener = (event: Event) => {
      const menu = element.current;
      if (menu && !menu.contains(event.target as Node)) menu.open = false;
    };
    addEventListener("pointerdown", listener);
    return () => removeEventListener("pointerdown", listener);
  }, []);
  const keys = chosen ?? all.filter(isUsual).map(({ key }) => key);
  const toggle = (key: string, on: boolean) =>
    choose(on ? [...keys, key] : keys.filter((each) => each !== key));
  return (
    <details
      class="menu"
      ref={element}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.currentTarget.open = false;
        event.currentTarget.querySelector("summary")?.focus();
      }}
    >
      <summary>Columns</summary>
      <div>
        {all.slice(1).map(({ key, title }) => (
          <label key={key}>
            <input
              type="checkbox"
              checked={keys.includes(key)}
              onChange={(event) => toggle(key, event.currentTarget.checked)}
            />{" "}
            {title}
          </label>
        ))}
        <button type="button" onClick={() => choose(null)}>
          Usual columns
        </button>
      </div>
    </details>
  );
}

/** What is shown where nothing was chosen; style.css has the same width. */
function isUsual({ wide }: { readonly wide?: boolean }): boolean {
  return !wide || !matchMedia("(width <= 48rem)").matches;
}
