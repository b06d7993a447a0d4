/** Queries, mutations and subscriptions with the token of the session. */
import { type Client, createClient } from "graphql-sse";

import type { Document } from "./graphql.ts";
import { type Answer, type AnswerReceipt, dataOf, GatewayError, post } from "./post.ts";
import type { SessionStore } from "./session.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export interface Watcher<Result> {
  next: (result: Result) => void;
  /** The stream broke, and is opened again; null: it is open. */
  interrupted?: (error: Error | null) => void;
  /** The gateway sent all that there is. */
  complete?: () => void;
}

/** Paths on this origin. */
export interface Addresses {
  readonly endpoint: string;
  readonly stream: string;
}

/** The gateway for one user: nothing is sent in another's name, whoever logs in in another tab. */
export class Gateway {
  readonly session: SessionStore;
  readonly login: string;
  readonly #endpoint: string;
  readonly #streams: Client<true>;

  constructor({ endpoint, stream }: Addresses, session: SessionStore, login: string) {
    this.session = session;
    this.login = login;
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
    return fetch(url, { ...init, headers });
  }

  /** Of its user. Throws GatewayError when nobody, or somebody else, is logged in now. */
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
    const again = (error: Error) => {
      if (ended) return;
      watcher.interrupted?.(error);
      timer = setTimeout(open, pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    };
    const open = () => {
      let failure: Error | null = null;
      close = this.#streams.subscribe<Record<string, unknown>>(
        { query: String(document), variables: variables as Record<string, unknown> },
        {
          next: (value) => {
            try {
              const result = dataOf(value as Answer) as Result;
              pause = FIRST_PAUSE_MS;
              watcher.interrupted?.(null);
              watcher.next(result);
            } catch (error) {
              failure = error as Error;
            }
          },
          error: (error) => again(asError(error)),
          complete: () => {
            if (ended) return;
            if (failure) again(failure);
            else watcher.complete?.();
          },
        },
      );
    };
    open();
    return () => {
      ended = true;
      clearTimeout(timer);
      close();
    };
  }
}

function asError(error: unknown): Error {
  if (error instanceof Error) return new GatewayError(error.message, "STREAM");
  return new GatewayError("The stream ended.", "STREAM");
}
