/** The columns of a table that this browser shows: chosen once, and kept. */
const STORED = "gateway.columns";

export class ColumnChoice {
  readonly #table: string;
  readonly #storage: Storage;

  constructor(table: string, storage: Storage = localStorage) {
    this.#table = table;
    this.#storage = storage;
  }

  /** Keys of columns; null: nothing was chosen, and the usual ones are shown. */
  get chosen(): readonly string[] | null {
    const keys = this.#all()[this.#table];
    return Array.isArray(keys) ? keys : null;
  }

  /** Null: the usual ones again. */
  choose(keys: readonly string[] | null): void {
    const { [this.#table]: _before, ...others } = this.#all();
    const kept = keys ? { ...others, [this.#table]: keys } : others;
    this.#storage.setItem(STORED, JSON.stringify(kept));
  }

  #all(): Record<string, readonly string[]> {
    try {
      return (JSON.parse(this.#storage.getItem(STORED) ?? "{}") ?? {}) as Record<string, string[]>;
    } catch {
      return {};
    }
  }
}

interface Chosen {
  readonly key: string;
  readonly wide?: boolean;
}

/**
 * `columns` as they were chosen, in their own order; the first is always there. One that was chosen is
 * shown on a narrow screen too.
 */
export function chosenColumns<T extends Chosen>(
  columns: readonly T[],
  chosen: readonly string[] | null,
): readonly T[] {
  if (!chosen) return columns;
  return columns.flatMap((column, index) =>
    index === 0 || chosen.includes(column.key) ? [{ ...column, wide: false }] : [],
  );
}
