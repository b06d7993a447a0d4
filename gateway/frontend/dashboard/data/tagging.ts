/** Sets a tag on machines, or removes it: one job for each machine. */
import type { Gateway } from "../api/gateway.ts";
import { graphql } from "../api/graphql.ts";
import { accepted, dryRunOf, jobOf } from "../api/post.ts";
import type { Machine } from "./fleet.ts";
import { askEach, patiently } from "./in_turn.ts";
import { isViewOnly, type ProviderOf } from "./providers.ts";
import { objectionsOf } from "./verdict.ts";

const tag = graphql(`mutation TagMachine($input: TagVirtualMachineInput!) {
  tagVirtualMachine(input: $input) {
    job { id } dryRun { allowed checks { ok message } } errors { field message }
  }
}`);

export interface Tagging {
  readonly key: string;
  /** Null: the tag is removed. */
  readonly value: string | null;
}

/** Why a machine cannot be tagged, in an adjective; null: it can. */
function hindrance({ provider, state }: Machine, providerOf: ProviderOf): string | null {
  const found = providerOf(provider.id);
  if (!found || isViewOnly(found)) return "yours to view only";
  if (state === "TERMINATED" || state === "MISSING") return state.toLowerCase();
  return found.kind.capabilities.includes("TAG") ? null : "of a cloud without tags";
}

/** Those whose provider can change tags, where the viewer may do more than look. */
export function taggable(machines: readonly Machine[], providerOf: ProviderOf): readonly Machine[] {
  return machines.filter((machine) => hindrance(machine, providerOf) === null);
}

/** Why some of these machines cannot be tagged, in a sentence; null: all can. */
export function reasonAgainstTags(
  machines: readonly Machine[],
  providerOf: ProviderOf,
): string | null {
  const found = machines.flatMap((machine) => hindrance(machine, providerOf) ?? []);
  if (!found.length) return null;
  const reasons = [...new Set(found)].join(" or ");
  if (machines.length === 1) return `It is ${reasons}.`;
  return found.length < machines.length
    ? `Leaves out ${found.length}: ${reasons}.`
    : `All are ${reasons}.`;
}

const changeOf = ({ key, value }: Tagging) =>
  value === null ? { remove: [key] } : { set: [{ key, value }] };

export interface TagVerdict {
  readonly id: string;
  readonly allowed: boolean;
  readonly objections: readonly string[];
}

/**
 * The dry runs, in the order of `ids`. `onAnswer` is called after each. Throws the gateway's reason if
 * it refuses a question.
 */
export async function tryTags(
  gateway: Gateway,
  ids: readonly string[],
  tagging: Tagging,
  onAnswer: () => void,
): Promise<readonly TagVerdict[]> {
  const ask = async (id: string): Promise<TagVerdict> => {
    const input = { id, ...changeOf(tagging), dryRun: true };
    const dryRun = dryRunOf(accepted((await gateway.execute(tag, { input })).tagVirtualMachine));
    return { id, allowed: dryRun.allowed, objections: objectionsOf(dryRun.checks) };
  };
  return askEach(ids, ask, onAnswer);
}

/**
 * Submits the jobs one after the other, and returns their ids. The same `key` never makes a second job
 * for a machine: after a failure it may be called again.
 */
export async function submitTags(
  gateway: Gateway,
  ids: readonly string[],
  { key: name, value }: Tagging,
  key: string,
): Promise<readonly string[]> {
  const jobs: string[] = [];
  for (const [index, id] of ids.entries()) {
    const input = { id, ...changeOf({ key: name, value }), idempotencyKey: `${key}-${index}` };
    const answer = await patiently(() => gateway.execute(tag, { input }));
    jobs.push(jobOf(accepted(answer.tagVirtualMachine)));
  }
  return jobs;
}
