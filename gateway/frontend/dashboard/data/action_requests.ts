/** The dry run of an action, and its jobs. */
import type { Gateway } from "../api/gateway.ts";
import { graphql } from "../api/graphql.ts";
import { accepted, dryRunOf, jobOf } from "../api/post.ts";
import { type DryRun, OF_A_CONTAINER, OF_MANY, OF_ONE, RESIZE } from "./action_documents.ts";
import { type Action, nameOf, type Target, type Verb } from "./actions.ts";
import { type CostChange, totalCost } from "./costs.ts";
import { askEach, patiently } from "./in_turn.ts";
import type { ProviderOf } from "./providers.ts";
import { objectionsOf } from "./verdict.ts";

const volumesRead = graphql(`query ReadVolumes($filter: VolumeFilter) {
  volumes(first: 1, filter: $filter, maxAge: 3600) { sources { status } }
}`);

/** `size`: of a resize. */
export interface ActionRequest {
  readonly action: Action;
  readonly size?: NewSize;
}

export interface NewSize {
  readonly size: string;
  readonly stopFirst: boolean;
}

export interface TargetVerdict {
  readonly id: string;
  readonly name: string;
  /** Its provider and region. */
  readonly place: string;
  readonly allowed: boolean;
  readonly objections: readonly string[];
}

/** The dry run of an action on all of its targets. */
export interface Trial {
  readonly targets: readonly TargetVerdict[];
  readonly cost: CostChange | null;
}

/** What the gateway says of each target of a dry run. */
export function verdictsOf({ targets }: Pick<DryRun, "targets">): readonly TargetVerdict[] {
  return (targets ?? []).map(({ allowed, checks, virtualMachine: { id, name, region, provider } }) => ({
    id,
    name,
    place: `${provider.name} ${region}`,
    allowed,
    objections: objectionsOf(checks),
  }));
}

type Checks = readonly { readonly ok: boolean; readonly message: string }[];

/**
 * Has the lists of volumes read that are older than an hour, where these machines are: a dry run adds
 * what is known of volumes, and asks no cloud for it. Returns whether a list was read.
 */
export async function readVolumes(gateway: Gateway, machines: readonly Target[]): Promise<boolean> {
  const filter = {
    provider: [...new Set(machines.map(({ provider }) => provider.id))],
    region: [...new Set(machines.map(({ region }) => region))],
  };
  const { volumes } = await gateway.execute(volumesRead, { filter });
  return volumes?.sources.some(({ status }) => status !== "FAILED") ?? false;
}

/**
 * Asks what would happen. `onAnswer` is called after each answer about one target. Throws the gateway's
 * reason if it refuses the question.
 */
export async function tryAction(
  gateway: Gateway,
  request: ActionRequest,
  targets: readonly Target[],
  providerOf: ProviderOf,
  onAnswer: () => void,
): Promise<Trial> {
  const many = manyOf(request.action.verb);
  if (many) {
    const ids = targets.map(({ id }) => id);
    const dryRun = await patiently(() => tryMany(gateway, many, ids));
    return { targets: verdictsOf(dryRun), cost: dryRun.cost };
  }
  const found = await askEach(
    targets,
    async (target) => {
      const dryRun = dryRunOf(await sendOne(gateway, request, { id: target.id, dryRun: true }));
      const { allowed, checks } = dryRun;
      const place = `${providerOf(target.provider.id)?.name ?? ""} ${target.region}`;
      const { id } = target;
      const verdict = { id, name: nameOf(target), place, allowed, objections: objectionsOf(checks) };
      return { verdict, cost: dryRun.cost ?? null };
    },
    onAnswer,
  );
  return {
    targets: found.map(({ verdict }) => verdict),
    cost: totalCost(found.flatMap(({ cost }) => cost ?? [])),
  };
}

/** Submits the jobs, and returns their ids. The same `key` never makes a second job for a target. */
export async function submitAction(
  gateway: Gateway,
  request: ActionRequest,
  ids: readonly string[],
  key: string,
): Promise<readonly string[]> {
  const many = manyOf(request.action.verb);
  if (many && ids.length > 1) {
    const variables = { input: { ids: [...ids], max: ids.length, idempotencyKey: key } };
    return [jobOf(accepted((await gateway.execute(OF_MANY[many], variables)).result))];
  }
  const keyOf = (index: number) => (ids.length > 1 ? `${key}-${index}` : key);
  const jobs: string[] = [];
  for (const [index, id] of ids.entries()) {
    const input = { id, idempotencyKey: keyOf(index) };
    jobs.push(jobOf(await patiently(() => sendOne(gateway, request, input))));
  }
  return jobs;
}

type Many = keyof typeof OF_MANY;
const manyOf = (verb: Verb): Many | null => (verb in OF_MANY ? (verb as Many) : null);

async function tryMany(gateway: Gateway, many: Many, ids: string[]): Promise<DryRun> {
  const variables = { input: { ids, max: ids.length, dryRun: true } };
  return dryRunOf<DryRun>(accepted((await gateway.execute(OF_MANY[many], variables)).result));
}

interface OneInput {
  readonly id: string;
  readonly dryRun?: boolean;
  readonly idempotencyKey?: string;
}

interface OneAnswer {
  readonly job: { readonly id: string } | null;
  readonly dryRun: {
    readonly allowed: boolean;
    readonly checks: Checks;
    /** Absent for containers: they have no price. */
    readonly cost?: CostChange | null;
  } | null;
}

async function sendOne(
  gateway: Gateway,
  { action: { verb }, size }: ActionRequest,
  input: OneInput,
): Promise<OneAnswer> {
  if (verb === "RESIZE") {
    if (!size) throw new Error("A resize needs a size.");
    return accepted((await gateway.execute(RESIZE, { input: { ...input, ...size } })).result);
  }
  if (verb in OF_A_CONTAINER) {
    const document = OF_A_CONTAINER[verb as keyof typeof OF_A_CONTAINER];
    return accepted((await gateway.execute(document, { input })).result);
  }
  return accepted((await gateway.execute(OF_ONE[verb as keyof typeof OF_ONE], { input })).result);
}
