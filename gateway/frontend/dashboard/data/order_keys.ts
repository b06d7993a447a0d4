/**
 * The idempotency keys of what this tab has sent: the same request has the same key, also after Back
 * or a reload. So an order whose answer was lost can be entered again, and is not made twice.
 */
import { newKey } from "./actions.ts";

interface Kept {
  readonly login: string;
  /** Of the request; the request itself may hold secrets, and is not stored. */
  readonly digest: string;
  readonly key: string;
}

const STORED = "gateway.orders";
const MOST = 50;

export class OrderKeys {
  readonly #login: string;
  readonly #storage: Storage;

  constructor(login: string, storage: Storage = sessionStorage) {
    this.#login = login;
    this.#storage = storage;
  }

  /** The key under which this request was sent; null: it was not. */
  sent(request: object): string | null {
    const digest = digestOf(request);
    const found = this.#all().find((one) => one.login === this.#login && one.digest === digest);
    return found?.key ?? null;
  }

  /** Keeps the key before the request is sent: its answer may be lost. */
  keep(request: object, key: string): void {
    const digest = digestOf(request);
    const others = this.#all().filter((one) => one.login !== this.#login || one.digest !== digest);
    const kept = [...others, { login: this.#login, digest, key }].slice(-MOST);
    this.#storage.setItem(STORED, JSON.stringify(kept));
  }

  /** The key for this request: that of before, or a new one. */
  keyFor(request: object): string {
    return this.sent(request) ?? newKey();
  }

  #all(): readonly Kept[] {
    try {
      return JSON.parse(this.#storage.getItem(STORED) ?? "[]") as Kept[];
    } catch {
      return [];
    }
  }
}

/** 53 bits (cyrb53). Web Crypto's digests are missing on plain http to another computer. */
function digestOf(request: object): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (const character of JSON.stringify(request)) {
    const code = character.codePointAt(0) ?? 0;
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}
