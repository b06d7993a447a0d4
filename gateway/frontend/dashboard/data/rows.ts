/** Rows by id, as the gateway last sent them. A plain Map: a change costs what it changes. */
export interface Row {
  readonly id: string;
}

export class Rows<T extends Row> {
  readonly #rows = new Map<string, T>();
  readonly #listeners = new Set<() => void>();
  #all: readonly T[] | null = null;
  #announced = false;
  readonly #schedule: (work: () => void) => void;

  constructor(schedule: (work: () => void) => void = (work) => requestAnimationFrame(work)) {
    this.#schedule = schedule;
  }

  get(id: string): T | undefined {
    return this.#rows.get(id);
  }

  /** The same array until something changes. */
  get all(): readonly T[] {
    this.#all ??= [...this.#rows.values()];
    return this.#all;
  }

  put(rows: readonly T[]): void {
    for (const row of rows) this.#rows.set(row.id, row);
    if (rows.length) this.#changed();
  }

  /** `rows` take the place of all that `belongs` says are theirs to replace. */
  replace(rows: readonly T[], belongs: (row: T) => boolean): void {
    const kept = new Set(rows.map(({ id }) => id));
    for (const row of this.#rows.values()) {
      if (!kept.has(row.id) && belongs(row)) this.#rows.delete(row.id);
    }
    for (const row of rows) this.#rows.set(row.id, row);
    this.#changed();
  }

  clear(): void {
    this.#rows.clear();
    this.#changed();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Listeners are called once for all changes of a frame: a stream may send thousands. */
  #changed(): void {
    this.#all = null;
    if (this.#announced) return;
    this.#announced = true;
    this.#schedule(() => {
      this.#announced = false;
      for (const listener of this.#listeners) listener();
    });
  }
}
