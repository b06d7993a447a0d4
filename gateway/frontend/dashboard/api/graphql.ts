/** Documents as texts, typed by the schema while the compiler runs. */
import type { initGraphQLTada, TadaDocumentNode } from "gql.tada";

import type { introspection } from "./schema.d.ts";

type Typed = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { DateTime: string; Date: string; JSON: unknown };
}>;

/** Joins a document with the fragments that it uses. The types alone know its result. */
export const graphql = ((source: string, fragments: readonly string[] = []) =>
  [source, ...fragments].join("\n")) as unknown as Typed;

export type Document<Result, Variables> = TadaDocumentNode<Result, Variables, unknown>;
export type { ResultOf, VariablesOf } from "gql.tada";
