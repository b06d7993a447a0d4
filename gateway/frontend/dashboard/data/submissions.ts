/** Confirmed actions: each waits a few seconds in which it can be undone, and is then submitted. */
import type { Gateway } from "../api/gateway.ts";
import { type Action, newKey, submit } from "./actions.ts";
import { count } from "./text.ts";
import { Value } from "./value.ts";

export const UNDO_SECONDS = 5;

export interface Submission {
  /** Also the idempotency key: sent again, it makes no second job. */
  readonly key: string;
  readonly text: string;
  readonly state: "WAITING" | "SENDING" | "SENT" | "FAILED";
  readonly message: string;
  readonly jobId: string | null;
}

export class Submissions {
  readonly list = new Value<readonly Submission[]>([]);
  readonly #gateway: Gateway;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #work = new Map<string, () => Promise<string>>();

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
    addEventListener("beforeunload", (event) => {
      // What waits or failed would not be submitted, and a key that is forgotten protects no more.
      if (this.list.current.some(({ state }) => state !== "SENT")) event.preventDefault();
    });
  }

  add(action: Action, ids: string[]): void {
    const key = newKey();
    const text = `${action.progressive} ${count(ids.length, "machine")}`;
    const waiting = { key, text, state: "WAITING", message: "", jobId: null } as const;
    this.list.set([...this.list.current, waiting]);
    this.#work.set(key, () => submit(this.#gateway, action, ids, key));
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
      this.#update(key, { state: "SENT", jobId: await work() });
    } catch (error) {
      this.#update(key, { state: "FAILED", message: (error as Error).message });
    }
  }

  dismiss(key: string): void {
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
