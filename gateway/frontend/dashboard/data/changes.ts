/** What reads found different. */
import { graphql, type ResultOf } from "../api/graphql.ts";
import { amountInWords, isAmount } from "./costs.ts";
import { inWords } from "./text.ts";

/** Who made it through this gateway; null where that is not known. */
export const actorFields = graphql(`
  fragment ActorFields on ChangeActor {
    user { login }
    job { id label }
  }
`);

const changeFields = graphql(
  `
  fragment ChangeFields on Change {
    id at type field before after
    provider { id name }
    target { id name region }
    actor { ...ActorFields }
  }
`,
  [actorFields],
);

export const changesQuery = graphql(
  `query Changes($filter: ChangeFilter) {
    changes(first: 1000, filter: $filter) { totalCount nodes { ...ChangeFields } }
  }`,
  [changeFields],
);
export const latestQuery = graphql(
  `query LatestChanges { changes(first: 8) { nodes { ...ChangeFields } } }`,
  [changeFields],
);

export type Actor = ResultOf<typeof actorFields>;
export type Change = ResultOf<typeof changeFields>;

/** KEY_PAIR: "key pair". */
export function typeInWords(type: string): string {
  return type === "VIRTUAL_MACHINE" ? "machine" : type.toLowerCase().replaceAll("_", " ");
}

/** "IN_USE" of the field `state`: "In use", as the lists show it. */
export function changedValue({ field }: Pick<Change, "field">, value: unknown): string {
  const text = valueInWords(value);
  return field === "state" && text ? inWords(text) : text;
}

/** Of tags and labels, which are a list of such: [["env", "prod"]]. */
const isPair = (value: unknown): value is [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === "string");

/** A value of a change in one line; empty for none. */
export function valueInWords(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) {
    return value.map((one) => (isPair(one) ? one.join("=") : valueInWords(one))).join(", ");
  }
  if (isAmount(value)) return amountInWords(value);
  if (typeof value === "object") {
    const { key, value: text } = value as { key?: unknown; value?: unknown };
    return typeof key === "string" && typeof text === "string"
      ? `${key}=${text}`
      : JSON.stringify(value);
  }
  return String(value);
}
