/** The connected providers, by id: names, kinds and the viewer's role. */
import type { Gateway } from "../api/gateway.ts";
import { graphql, type ResultOf } from "../api/graphql.ts";
import { Rows } from "./rows.ts";

export const providerFields = graphql(`
  fragment ProviderFields on Provider {
    id name status regions viewerRole createdAt
    kind { slug label capabilities }
    lastError { code message }
    owner { login }
  }
`);

const providers = graphql(`query Providers { providers { ...ProviderFields } }`, [providerFields]);

export type Provider = ResultOf<typeof providerFields>;

export class Providers {
  readonly rows = new Rows<Provider>();
  readonly #gateway: Gateway;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  async load(): Promise<void> {
    const found = await this.#gateway.execute(providers, {});
    this.rows.replace(found.providers ?? [], () => true);
  }
}
