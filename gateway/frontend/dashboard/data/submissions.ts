/** Confirmed actions: each waits a few seconds in which it can be undone, and is then submitted. */
import { Value } from "./value.ts";

export const UNDO_SECONDS = 5;
/** How long a notice stays after its jobs have ended: it lies over the view. */
export const SHOWN_SECONDS = 15;

export interface Submission {
  /** Also the idempotency key: sent again, it makes no second job. */
  readonly key: string;
  readonly text: string;
  readonly state: "WAITING" | "SENDING" | "SENT" | "FAILED";
  readonly message: string;
  /** Of the jobs that it made. */
  readonly jobIds: readonly string[];
}

export class Submissions {
  readonly list = new Value<readonly Submission[]>([]);
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #work = new Map<string, () => Promise<readonly string[]>>();

  constructor() {
    addEventListener("beforeunload", (event) => {
      // What waits or failed would not be submitted, and a key that is forgotten protects no more.
      if (this.list.current.some(({ state }) => state !== "SENT")) event.preventDefault();
    });
  }

  /**
   * `work` submits under `key`, and returns the jobs' ids. A key that waits, or is sent, is not added
   * again: a second click on the same button does nothing.
   */
  add(key: string, text: string, work: () => Promise<readonly string[]>): void {
    const before = this.list.current.find((one) => one.key === key);
    if (before?.state === "WAITING" || before?.state === "SENDING") return;
    this.dismiss(key);
    const waiting = { key, text, state: "WAITING", message: "", jobIds: [] } as const;
    this.list.set([...this.list.current, waiting]);
    this.#work.set(key, work);
    this.#timers.set(key, setTimeout(() => void this.send(key), UNDO_SECONDS * 1000));
  }

  undo(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.dismiss(key);
  }

  /** Submits now. After a failure it may be called again: the key is the same. */
  async send(key: string): Promise<void> {
    const work = this.#work.get(key);
    if (!work) return;
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#update(key, { state: "SENDING", message: "" });
    try {
      this.#update(key, { state: "SENT", jobIds: await work() });
    } catch (error) {
      this.#update(key, { state: "FAILED", message: (error as Error).message });
    }
  }

  /** Dismisses the notice after a while; the function that it returns keeps it. */
  expire(key: string): () => void {
    const timer = setTimeout(() => this.dismiss(key), SHOWN_SECONDS * 1000);
    this.#timers.set(key, timer);
    return () => clearTimeout(timer);
  }

  dismiss(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#work.delete(key);
    this.list.set(this.list.current.filter((one) => one.key !== key));
  }

  /** Drops what waits, when the user logs out. */
  clear(): void {
    for (const { key } of this.list.current) this.undo(key);
  }

  #update(key: string, changes: Partial<Submission>): void {
    this.list.set(
      this.list.current.map((one) => (one.key === key ? { ...one, ...changes } : one)),
    );
  }
}
