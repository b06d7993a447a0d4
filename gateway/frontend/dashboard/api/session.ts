/**
 * The log-in of this browser: shared by its tabs, and kept when a page is loaded again.
 *
 * The tokens are in localStorage: the Content-Security-Policy admits no script but ours. An access
 * token is renewed before it expires. A refresh token serves once, so that tabs renew one after
 * another, and the later ones take what the first has brought.
 */
import { dataOf, GatewayError, post } from "./post.ts";

export interface Session {
  login: string;
  token: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
  refreshToken: string;
}

const KEY = "gateway.session";
/** Beside the session: a reload, and every other tab, says why the log-in form is there, too. */
const NOTICE_KEY = "gateway.notice";
const RENEWED_BEFORE_END_MS = 30_000;

const LOG_IN = `mutation LogIn($username: String!, $password: String!) {
  tokenAuth(username: $username, password: $password) { token refreshToken payload user { login } }
}`;
const RENEW = `mutation Renew($refreshToken: String!) {
  refreshToken(refreshToken: $refreshToken) { token refreshToken payload user { login } }
}`;
const LOG_OUT = `mutation LogOut($refreshToken: String!) {
  revokeToken(refreshToken: $refreshToken) { revoked }
}`;

interface Tokens {
  token: string;
  refreshToken: string;
  payload: { exp: number };
  user: { login: string };
}

export class SessionStore {
  readonly #endpoint: string;
  readonly #storage: Storage;
  readonly #listeners = new Set<() => void>();

  constructor(endpoint: string, storage: Storage = localStorage) {
    this.#endpoint = endpoint;
    this.#storage = storage;
  }

  /** Why the log-in form is shown again; empty when the user logged out. */
  get notice(): string {
    return this.#storage.getItem(NOTICE_KEY) ?? "";
  }

  get current(): Session | null {
    const text = this.#storage.getItem(KEY);
    if (!text) return null;
    try {
      return JSON.parse(text) as Session;
    } catch {
      return null;
    }
  }

  /** Calls `listener` after each change, those of other tabs too. Returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    const other = (event: StorageEvent) => {
      if (event.key === KEY || event.key === null) listener();
    };
    this.#listeners.add(listener);
    addEventListener("storage", other);
    return () => {
      this.#listeners.delete(listener);
      removeEventListener("storage", other);
    };
  }

  /** Throws GatewayError with the gateway's reason, and Unreachable. */
  async logIn(username: string, password: string): Promise<void> {
    const { answer } = await post(this.#endpoint, LOG_IN, { username, password });
    this.#keep(dataOf(answer).tokenAuth as Tokens);
  }

  /** Ends the session at the gateway too, if that can be reached. */
  async logOut(): Promise<void> {
    const session = this.current;
    this.#forget("");
    if (!session) return;
    const variables = { refreshToken: session.refreshToken };
    await post(this.#endpoint, LOG_OUT, variables, session.token).catch(() => undefined);
  }

  /** An access token that is valid now; null if no user is logged in. Throws Unreachable. */
  async token(): Promise<string | null> {
    const session = this.current;
    if (!session) return null;
    if (session.expiresAt - Date.now() > RENEWED_BEFORE_END_MS) return session.token;
    return this.renew(session.token);
  }

  /** A token in place of `refused`; null, and logged out, if the session has ended. */
  async renew(refused: string): Promise<string | null> {
    return alone(async () => {
      const session = this.current;
      if (!session) return null;
      if (session.token !== refused) return session.token; // another tab has renewed it
      const variables = { refreshToken: session.refreshToken };
      const { answer, status } = await post(this.#endpoint, RENEW, variables);
      if (status >= 500 || status === 429) dataOf(answer); // throws; the session may go on
      try {
        this.#keep(dataOf(answer).refreshToken as Tokens);
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        this.#forget("Your session has ended. Log in again.");
      }
      return this.current?.token ?? null;
    });
  }

  #keep(tokens: Tokens): void {
    const session: Session = {
      login: tokens.user.login,
      token: tokens.token,
      expiresAt: tokens.payload.exp * 1000,
      refreshToken: tokens.refreshToken,
    };
    this.#storage.removeItem(NOTICE_KEY);
    this.#storage.setItem(KEY, JSON.stringify(session));
    this.#changed();
  }

  #forget(notice: string): void {
    if (notice) this.#storage.setItem(NOTICE_KEY, notice);
    this.#storage.removeItem(KEY);
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** One at a time over all tabs. Browsers have locks on https and on this computer's own addresses. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks: LockManager | undefined = globalThis.navigator?.locks;
  return locks ? (locks.request(KEY, work) as Promise<T>) : work();
}
