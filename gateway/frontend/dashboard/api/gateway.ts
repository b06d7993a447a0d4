/** Queries, mutations and subscriptions with the token of the session. */
import { type Client, createClient, NetworkError } from "graphql-sse";

import type { Document } from "./graphql.ts";
import { type Answer, type AnswerReceipt, dataOf, GatewayError, mayPass, parsed, post, Unreachable } from "./post.ts";
import type { SessionStore } from "./session.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export interface Watcher<Result> {
  next: (result: Result) => void;
  /** The stream broke, and is opened again if that may help; null: it is open. */
  interrupted?: (error: Error | null) => void;
  /** It is open again after it was interrupted: what happened meanwhile may not be sent. */
  resumed?: () => void;
  /** The gateway sent all that there is. */
  complete?: () => void;
}

/** Paths on this origin. */
export interface Addresses {
  readonly endpoint: string;
  readonly stream: string;
  /** The page with the form of a store, and the one where the store sends the browser after it. */
  readonly upload: string;
  readonly uploaded: string;
}

/** The gateway for one user: it sends nothing for another user who logs in in another tab. */
export class Gateway {
  readonly session: SessionStore;
  readonly login: string;
  readonly addresses: Addresses;
  readonly #endpoint: string;
  readonly #streams: Client<true>;
  /** The request of each watched query, by the function to call when the gateway accepts it. */
  readonly #watched = new Map<() => void, string>();

  constructor(addresses: Addresses, session: SessionStore, login: string) {
    const { endpoint, stream } = addresses;
    this.session = session;
    this.login = login;
    this.addresses = addresses;
    this.#endpoint = endpoint;
    this.#streams = createClient({
      url: new URL(stream, location.href).href, // it adds parameters
      singleConnection: true, // over HTTP/1.1 a browser opens six connections to one site
      lazy: true,
      lazyCloseTimeout: 5_000,
      retryAttempts: 0, // `watch` opens it again
      // Not `headers`: those of the first request would be sent with all, and a token expires.
      fetchFn: (url: string, init: RequestInit) => this.#fetch(url, init),
    });
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const ended = this.session.current?.login !== this.login;
    if (init.method === "DELETE" && ended) return new Response(); // its stream ends with the session
    const headers = new Headers(init.headers);
    headers.set("Authorization", `JWT ${await this.#token()}`);
    const response = await fetch(url, { ...init, headers });
    if (response.ok) {
      if (init.method === "POST") this.#accepted(JSON.parse(String(init.body)));
      return response;
    }
    // Read at once: graphql-sse aborts the request, and so its body, before it says that it failed.
    const { status, statusText } = response;
    return new Response(await response.text(), { status, statusText });
  }

  #accepted({ query, variables }: { query: string; variables: object }): void {
    const request = JSON.stringify([query, variables]);
    for (const [resume, watched] of [...this.#watched]) if (watched === request) resume();
  }

  /** The token of its user. Throws GatewayError if this user is not logged in any more. */
  async #token(refused?: string): Promise<string> {
    const token = await (refused ? this.session.renew(refused) : this.session.token());
    if (!token || this.session.current?.login !== this.login) {
      throw new GatewayError(`${this.login} is not logged in any more.`, "UNAUTHENTICATED");
    }
    return token;
  }

  /** Ends all streams. */
  close(): void {
    this.#streams.dispose();
  }

  /** Throws GatewayError for the first error of the answer, and Unreachable. */
  async execute<Result, Variables extends object>(
    document: Document<Result, Variables>,
    variables: Variables,
  ): Promise<Result> {
    return (await this.ask(document, variables)).data;
  }

  /** The same, with the receipts of the clouds that were asked. */
  async ask<Result, Variables extends object>(
    document: Document<Result, Variables>,
    variables: Variables,
  ): Promise<{ data: Result; receipts: readonly AnswerReceipt[] }> {
    const token = await this.#token();
    let reply = await post(this.#endpoint, String(document), variables, token);
    if (reply.status === 401) {
      const renewed = await this.#token(token);
      reply = await post(this.#endpoint, String(document), variables, renewed);
    }
    const data = dataOf(reply.answer) as Result;
    return { data, receipts: reply.answer.extensions?.sources ?? [] };
  }

  /** Follows a subscription, over broken connections too. Returns the function that ends it. */
  watch<Result, Variables extends object>(
    document: Document<Result, Variables>,
    variables: Variables,
    watcher: Watcher<Result>,
  ): () => void {
    let ended = false;
    let close = () => {};
    let pause = FIRST_PAUSE_MS;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let broken = false;
    let asked = false; // not while it waits to be asked for again
    const resume = () => {
      if (!broken || !asked) return;
      broken = false;
      watcher.interrupted?.(null);
      watcher.resumed?.();
    };
    this.#watched.set(resume, JSON.stringify([String(document), variables]));
    const again = (error: Error) => {
      if (ended) return;
      broken = true;
      asked = false;
      watcher.interrupted?.(error);
      if (!mayPass(error)) return;
      timer = setTimeout(open, pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    };
    const open = () => {
      let failure: Error | null = null;
      asked = true;
      close = this.#streams.subscribe<Record<string, unknown>>(
        { query: String(document), variables: variables as Record<string, unknown> },
        {
          next: (value) => {
            try {
              const result = dataOf(value as Answer) as Result;
              pause = FIRST_PAUSE_MS;
              resume();
              watcher.next(result);
            } catch (error) {
              failure = error as Error;
            }
          },
          error: (error) => void asError(error).then(again),
          complete: () => {
            if (ended) return;
            if (failure) {
              again(failure);
              return;
            }
            this.#watched.delete(resume);
            watcher.complete?.();
          },
        },
      );
    };
    open();
    return () => {
      ended = true;
      this.#watched.delete(resume);
      clearTimeout(timer);
      close();
    };
  }
}

/** Of a request that was refused, the gateway's own words; docs/streams.md. */
async function asError(error: unknown): Promise<Error> {
  if (error instanceof NetworkError) {
    if (!(error.response instanceof Response)) return new Unreachable();
    const [refusal] = (await parsed(error.response)).errors ?? [];
    if (refusal) return new GatewayError(refusal.message, refusal.extensions?.code ?? "STREAM");
  }
  if (error instanceof Error) return new GatewayError(error.message, "STREAM");
  return new GatewayError("The stream ended.", "STREAM");
}
