/** What reads found different in machines. */
import { graphql, type ResultOf } from "../api/graphql.ts";

/** The gateway sends the newest of them. */
export const MOST_CHANGES = 1000;

const changeFields = graphql(`
  fragment ChangeFields on MachineChange {
    id at field before after
    virtualMachine { id name externalId region provider { id name } }
  }
`);

export const changesQuery = graphql(
  `query Changes($provider: [ID!], $since: DateTime) {
    changes(first: 1000, provider: $provider, since: $since) { ...ChangeFields }
  }`,
  [changeFields],
);
export const latestQuery = graphql(
  `query LatestChanges { changes(first: 8) { ...ChangeFields } }`,
  [changeFields],
);

export type Change = ResultOf<typeof changeFields>;

/** A value of a change in one line; empty for none. */
export function valueInWords(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(valueInWords).join(", ");
  if (typeof value === "object") {
    const { key, value: text } = value as { key?: unknown; value?: unknown };
    return typeof key === "string" && typeof text === "string"
      ? `${key}=${text}`
      : JSON.stringify(value);
  }
  return String(value);
}
