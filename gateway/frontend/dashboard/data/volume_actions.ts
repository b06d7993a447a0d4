/** What can be done to a volume: attach, detach, take a snapshot, delete; and the dry run of each. */
import type { Gateway } from "../api/gateway.ts";
import { graphql } from "../api/graphql.ts";
import { accepted, dryRunOf, jobOf } from "../api/post.ts";
import type { Machine } from "./fleet.ts";
import { isViewOnly, type ProviderOf } from "./providers.ts";
import type { Volume } from "./storage.ts";
import { inWords } from "./text.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

const attach = graphql(`mutation AttachVolume($input: AttachVolumeInput!) {
  result: attachVolume(input: $input) {
    job { id } dryRun { allowed checks { name ok message } } errors { field message }
  }
}`);
const detach = graphql(`mutation DetachVolume($input: DetachVolumeInput!) {
  result: detachVolume(input: $input) {
    job { id } dryRun { allowed checks { name ok message } } errors { field message }
  }
}`);
const snapshot = graphql(`mutation CreateSnapshot($input: CreateSnapshotInput!) {
  result: createSnapshot(input: $input) {
    job { id } dryRun { allowed checks { name ok message } } errors { field message }
  }
}`);
const remove = graphql(`mutation DeleteVolume($input: DeleteVolumeInput!) {
  result: deleteVolume(input: $input) {
    job { id } dryRun { allowed checks { name ok message } } errors { field message }
  }
}`);

export type VolumeAction = "attach" | "detach" | "snapshot" | "delete";

export const LABELS: Record<VolumeAction, string> = {
  attach: "Attach",
  detach: "Detach",
  snapshot: "Snapshot",
  delete: "Delete",
};

/** The machine to attach to, or the name of the snapshot; nothing to detach or delete. */
export interface VolumeRequest {
  readonly action: VolumeAction;
  readonly volume: string;
  readonly chosen: string;
}

/** What state, role and provider allow. */
export function volumeActions(
  { state, provider }: Pick<Volume, "state" | "provider">,
  providerOf: ProviderOf,
): readonly VolumeAction[] {
  const found = providerOf(provider.id);
  if (!found || isViewOnly(found)) return [];
  const can = new Set<string>(found.kind.capabilities);
  return [
    ...(state === "AVAILABLE" && can.has("ATTACH_VOLUME") ? (["attach"] as const) : []),
    ...(state === "IN_USE" && can.has("DETACH_VOLUME") ? (["detach"] as const) : []),
    ...(["AVAILABLE", "IN_USE"].includes(state) && can.has("CREATE_SNAPSHOT")
      ? (["snapshot"] as const)
      : []),
    ...(["AVAILABLE", "ERROR"].includes(state) && can.has("DELETE_VOLUME") ? (["delete"] as const) : []),
  ];
}

/** Why nothing is offered for a volume, in a few words. */
export function reasonAgainstVolume(
  { state, provider }: Pick<Volume, "state" | "provider">,
  providerOf: ProviderOf,
): string {
  if (isViewOnly(providerOf(provider.id))) return "You may only view it.";
  if (!["AVAILABLE", "IN_USE", "ERROR"].includes(state)) return `Not while ${inWords(state).toLowerCase()}.`;
  return "Not offered by this kind of cloud.";
}

/** Machines that the volume could be attached to: of its provider and region, and of its zone if known. */
export function machinesFor(
  { provider, region, location }: Pick<Volume, "provider" | "region" | "location">,
  machines: readonly Machine[],
): readonly Machine[] {
  return machines
    .filter((machine) => machine.provider.id === provider.id && machine.region === region)
    .filter(({ state }) => state === "RUNNING" || state === "STOPPED")
    .filter((machine) => !location || !machine.location || machine.location.name === location.name)
    .sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

/** Asks what would happen. Throws the gateway's reason if it refuses the question. */
export async function tryVolume(gateway: Gateway, request: VolumeRequest): Promise<Verdict> {
  return verdictOf(dryRunOf(await send(gateway, request, { dryRun: true })));
}

/** Submits the job, and returns its id. The same `key` never makes a second job. */
export async function submitVolume(
  gateway: Gateway,
  request: VolumeRequest,
  key: string,
): Promise<readonly string[]> {
  return [jobOf(await send(gateway, request, { idempotencyKey: key }))];
}

interface How {
  dryRun?: boolean;
  idempotencyKey?: string;
}

async function send(gateway: Gateway, { action, volume, chosen }: VolumeRequest, how: How) {
  if (action === "attach") {
    const input = { id: volume, machine: chosen, ...how };
    return accepted((await gateway.execute(attach, { input })).result);
  }
  if (action === "detach") {
    return accepted((await gateway.execute(detach, { input: { id: volume, ...how } })).result);
  }
  if (action === "delete") {
    return accepted((await gateway.execute(remove, { input: { id: volume, ...how } })).result);
  }
  const input = { volume, name: chosen, ...how };
  return accepted((await gateway.execute(snapshot, { input })).result);
}
