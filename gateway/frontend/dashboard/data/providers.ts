/** The connected providers, by id: names, kinds and the viewer's role. */
import type { Gateway } from "../api/gateway.ts";
import { graphql, type ResultOf } from "../api/graphql.ts";
import { Unreachable } from "../api/post.ts";
import { Rows } from "./rows.ts";
import { Value } from "./value.ts";

export const providerFields = graphql(`
  fragment ProviderFields on Provider {
    id name status regions viewerRole createdAt endsWithDemo
    kind { slug label capabilities }
    lastError { code message }
    owner { login }
  }
`);

const providers = graphql(`query Providers { providers { ...ProviderFields } }`, [providerFields]);

export type Provider = ResultOf<typeof providerFields>;
export type ProviderOf = (id: string) => Provider | undefined;

/** Whether the viewer may look at what is of this provider, and change nothing. */
export const isViewOnly = (provider: Provider | undefined) => provider?.viewerRole === "VIEWER";

export class Providers {
  readonly rows = new Rows<Provider>();
  readonly loaded = new Value(false);
  readonly error = new Value<Error | null>(null);
  readonly #gateway: Gateway;
  #sought = "";

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  /** Reads them again if one of `ids` is not among them: it was connected elsewhere. */
  async ensure(ids: readonly string[]): Promise<void> {
    const unknown = ids.filter((id) => !this.rows.get(id)).sort().join();
    if (!unknown || !this.loaded.current || unknown === this.#sought) return;
    this.#sought = unknown; // one that cannot be read is not asked for again and again
    await this.load();
  }

  /**
   * Reads them again, for a role that was given or taken meanwhile. After a refusal the user is the
   * one to try again.
   */
  async refresh(): Promise<void> {
    const { current: error } = this.error;
    if (this.loaded.current && (!error || error instanceof Unreachable)) await this.load();
  }

  /** The rows that were read before stay when it fails; `error` says why. */
  async load(): Promise<void> {
    try {
      const found = await this.#gateway.execute(providers, {});
      this.rows.replace(found.providers ?? [], () => true);
      this.error.set(null);
      this.loaded.set(true);
    } catch (error) {
      this.error.set(error as Error);
    }
  }
}
