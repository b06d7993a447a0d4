/** The audit: who did what, and who was refused. For superusers. */
import { graphql, type ResultOf } from "../api/graphql.ts";

export const auditQuery = graphql(`query Audit($filter: AuditFilter, $after: String) {
  auditEvents(filter: $filter, first: 100, after: $after) {
    nodes { id at kind action login credential address arguments names outcome result }
    totalCount
    pageInfo { hasNextPage endCursor }
  }
}`);

export type AuditEvent = NonNullable<ResultOf<typeof auditQuery>["auditEvents"]>["nodes"][number];

interface Named {
  readonly type?: string;
  readonly name?: string | null;
}


/** What an event was about, by name: "web-1, Lab". Whoever did it has a column of its own. */
export function namesIn({ names, login }: AuditEvent): string {
  const found = Object.values((names ?? {}) as Record<string, Named>);
  const isShown = ({ type, name }: Named) =>
    type !== "Job" && !(type === "User" && name === login); // a job's name is its id
  return found.flatMap((one) => (one.name && isShown(one) ? [one.name] : [])).join(", ");
}

/** Whether only what would happen was asked. */
export function isDryRun({ arguments: given }: AuditEvent): boolean {
  return (given as { dryRun?: unknown } | null)?.dryRun === true;
}
