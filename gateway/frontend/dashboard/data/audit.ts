/** The audit: who did what, and who was refused. For superusers. */
import { graphql, type ResultOf, type VariablesOf } from "../api/graphql.ts";
import { beginOf } from "./periods.ts";

export const auditQuery = graphql(`query Audit($filter: AuditFilter, $after: String) {
  auditEvents(filter: $filter, first: 100, after: $after) {
    nodes { id at kind action userId login credential address arguments names outcome result }
    totalCount
    pageInfo { hasNextPage endCursor }
  }
}`);
export const auditUsersQuery = graphql(`query AuditUsers {
  users(first: 1000) { nodes { id login } }
}`);

export type AuditEvent = NonNullable<ResultOf<typeof auditQuery>["auditEvents"]>["nodes"][number];
export type AuditFilter = NonNullable<VariablesOf<typeof auditQuery>["filter"]>;

export const KINDS = ["MUTATION", "LOGIN", "REFUSAL", "COMMAND"] as const;
/** Of `AuditSearch.hours`: the times are in `since` and `until`. */
export const OWN_TIMES = "own";

/** What the list is narrowed to, as the URL has it; empty: to nothing. */
export interface AuditSearch {
  readonly kind: string;
  readonly action: string;
  /** An id. */
  readonly user: string;
  /** An id, or a name. */
  readonly object: string;
  readonly hours: string;
  /** Local times without an offset: 2026-11-30T09:00. */
  readonly since: string;
  readonly until: string;
  /** "1": dry runs are shown, too. */
  readonly dry: string;
}

export function searchOf(query: URLSearchParams): AuditSearch {
  const text = (name: string) => query.get(name) ?? "";
  return {
    kind: text("kind"),
    action: text("action"),
    user: text("user"),
    object: text("object"),
    hours: text("hours"),
    since: text("since"),
    until: text("until"),
    dry: text("dry"),
  };
}

/** The gateway's filter. */
export function filterOf({ kind, action, user, object, hours, dry, ...times }: AuditSearch): AuditFilter {
  const known = KINDS.find((each) => each === kind);
  const isOwn = hours === OWN_TIMES;
  const since = isOwn ? momentOf(times.since) : beginOf(hours);
  const until = isOwn ? momentOf(times.until) : null;
  return {
    ...(known && { kind: [known] }),
    ...(action && { action: [action] }),
    ...(user && { user: [user] }),
    ...(object && (isId(object) ? { object: [object] } : { objectName: [object] })),
    ...(since && { since }),
    ...(until && { until }),
    ...(dry !== "1" && { dryRun: false }),
  };
}

function momentOf(local: string): string | null {
  const time = new Date(local);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** Whether a text is a global id of the gateway, and not a name. */
export function isId(text: string): boolean {
  try {
    return /^[A-Z]\w+:./.test(atob(text));
  } catch {
    return false;
  }
}

interface Named {
  readonly type?: string;
  readonly name?: string | null;
}

export interface AuditedObject {
  readonly id: string;
  readonly name: string;
}

/** What an event was about, as it was named then. Whoever did it has a column of its own. */
export function objectsIn({ names, login }: Pick<AuditEvent, "names" | "login">): readonly AuditedObject[] {
  const found = Object.entries((names ?? {}) as Record<string, Named>);
  const isShown = ({ type, name }: Named) =>
    type !== "Job" && !(type === "User" && name === login); // a job's name is its id
  return found.flatMap(([id, one]) => (one.name && isShown(one) ? [{ id, name: one.name }] : []));
}

/** Whether only what would happen was asked. */
export function isDryRun({ arguments: given }: AuditEvent): boolean {
  return (given as { dryRun?: unknown } | null)?.dryRun === true;
}
