/** A table of any length: only the rows that can be seen are in the document. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { type Route, setQuery } from "../route.ts";

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: T) => ComponentChildren;
  /** What the column is sorted by; absent: it cannot be sorted. */
  readonly sortBy?: (row: T) => string | number | null | undefined;
  readonly numeric?: boolean;
  /** Hidden first on a narrow screen. */
  readonly wide?: boolean;
}

export interface Sort {
  readonly key: string;
  readonly descending: boolean;
}

interface TableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly sort?: Sort;
  readonly onSort?: (sort: Sort) => void;
  readonly selection?: Selection<T>;
  readonly rowClass?: (row: T) => string;
  readonly empty: ComponentChildren;
}

export interface Selection<T> {
  readonly selected: ReadonlySet<string>;
  /** `range`: from the row that was toggled last. */
  readonly toggle: (key: string, range: boolean) => void;
  readonly toggleAll: () => void;
  readonly allSelected: boolean;
  readonly labelOf: (row: T) => string;
}

const ROW_HEIGHT = 37; // px; style.css has the same
const SPARE_ROWS = 6;
const MOST_ROWS = 60;

export function Table<T>(props: TableProps<T>) {
  const { columns, rows, rowKey, selection, rowClass } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [from, to] = useVisible(frame, rows.length);
  const width = columns.length + (selection ? 1 : 0);
  return (
    <div class="table-frame" ref={frame} tabIndex={0} role="group" aria-label={props.label}>
      <table aria-label={props.label} aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {selection && (
              <th class="check">
                <input
                  type="checkbox"
                  aria-label="Select all that match"
                  checked={selection.allSelected}
                  disabled={!rows.length}
                  onChange={selection.toggleAll}
                />
              </th>
            )}
            {columns.map((column) => (
              <Heading key={column.key} column={column} sort={props.sort} onSort={props.onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer rows={from} width={width} />
          {rows.slice(from, to).map((row, index) => {
            const key = rowKey(row);
            return (
              <tr
                key={key}
                class={rowClass?.(row)}
                aria-rowindex={from + index + 2}
                aria-selected={selection ? selection.selected.has(key) : undefined}
              >
                {selection && (
                  <td class="check">
                    <input
                      type="checkbox"
                      aria-label={selection.labelOf(row)}
                      checked={selection.selected.has(key)}
                      onClick={(event) => selection.toggle(key, event.shiftKey)}
                    />
                  </td>
                )}
                {columns.map((column) => (
                  <Cell key={column.key} column={column} content={column.cell(row)} />
                ))}
              </tr>
            );
          })}
          <Spacer rows={rows.length - to} width={width} />
        </tbody>
      </table>
      {!rows.length && <div class="empty">{props.empty}</div>}
    </div>
  );
}

/** A text that is cut off can be read in its tooltip. */
function Cell<T>({ column, content }: { column: Column<T>; content: ComponentChildren }) {
  return (
    <td class={classOf(column)} title={typeof content === "string" && content ? content : undefined}>
      {content}
    </td>
  );
}

function classOf<T>({ key, numeric, wide }: Column<T>): string {
  return [`column-${key}`, numeric && "numeric", wide && "wide"].filter(Boolean).join(" ");
}

interface HeadingProps<T> {
  readonly column: Column<T>;
  readonly sort: Sort | undefined;
  readonly onSort: ((sort: Sort) => void) | undefined;
}

function Heading<T>({ column, sort, onSort }: HeadingProps<T>) {
  const { key, title, sortBy } = column;
  if (!sortBy || !onSort) return <th class={classOf(column)}>{title}</th>;
  const current = sort?.key === key;
  const descending = current && sort.descending;
  const order = current ? (descending ? "descending" : "ascending") : "none";
  return (
    <th class={classOf(column)} aria-sort={order}>
      <button
        type="button"
        class="sort"
        onClick={() => onSort(nextSort(column, sort))}
      >
        {title}
        <span aria-hidden="true">{current ? (descending ? " ↓" : " ↑") : ""}</span>
      </button>
    </th>
  );
}

/** The order after a click on a heading: of numbers, the largest come first. */
export function nextSort({ key, numeric = false }: Pick<Column<never>, "key" | "numeric">, sort?: Sort): Sort {
  return { key, descending: sort?.key === key ? !sort.descending : numeric };
}

function Spacer({ rows, width }: { rows: number; width: number }) {
  if (rows <= 0) return null;
  return (
    <tr aria-hidden="true" class="spacer">
      <td colSpan={width} style={{ height: `${rows * ROW_HEIGHT}px` }} />
    </tr>
  );
}

/** The first row to draw, and the one after the last. */
function useVisible(frame: { current: HTMLElement | null }, length: number): [number, number] {
  const [view, setView] = useState({ top: 0, height: 800 });
  const read = () => {
    const element = frame.current;
    if (element) setView({ top: element.scrollTop, height: element.clientHeight });
  };
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    let asked = 0;
    const listener = () => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(read);
    };
    element.addEventListener("scroll", listener, { passive: true });
    const observer = new ResizeObserver(listener);
    observer.observe(element);
    return () => {
      cancelAnimationFrame(asked);
      element.removeEventListener("scroll", listener);
      observer.disconnect();
    };
  }, []);
  useLayoutEffect(read, [length]);
  const first = Math.floor(view.top / ROW_HEIGHT) - SPARE_ROWS;
  const from = Math.max(0, Math.min(first, length - 1));
  const shown = Math.min(MOST_ROWS, Math.ceil(view.height / ROW_HEIGHT) + 2 * SPARE_ROWS);
  return [from, Math.min(length, from + shown)];
}

/** The order that the URL names: by name where it names none. */
export function sortOf({ query }: Route): Sort {
  return { key: query.get("sort") ?? "name", descending: query.get("desc") === "1" };
}

export function setSort({ key, descending }: Sort): void {
  setQuery({ sort: key, desc: descending ? "1" : "" });
}

/** `rows` in the order of a column; without a value last, whatever the direction. */
export function sorted<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  { key, descending }: Sort,
): readonly T[] {
  const sortBy = columns.find((column) => column.key === key)?.sortBy;
  if (!sortBy) return rows;
  const keyed = rows.map((row) => [sortBy(row), row] as const);
  keyed.sort(([a], [b]) => {
    if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b));
    const order =
      typeof a === "number" && typeof b === "number"
        ? a - b
        : collator.compare(String(a), String(b));
    return descending ? -order : order;
  });
  return keyed.map(([, row]) => row);
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const isMissing = (value: unknown) => value === null || value === undefined || value === "";
