/** What can be done to machines: the mutations, their dry runs, and who may when. */
import type { Gateway } from "../api/gateway.ts";
import { graphql, type ResultOf } from "../api/graphql.ts";
import { accepted } from "../api/post.ts";
import { costFields } from "./costs.ts";
import type { Machine } from "./fleet.ts";
import { isViewOnly, type ProviderOf } from "./providers.ts";
import { count } from "./text.ts";

export const dryRunFields = graphql(
  `
  fragment DryRunFields on DryRun {
    allowed
    cost { ...CostFields }
    checks { name ok message }
    targets {
      allowed
      checks { name ok message }
      virtualMachine { id name region provider { id name } }
    }
  }
`,
  [costFields],
);

const start = graphql(
  `mutation StartMachines($input: StartVirtualMachinesInput!) {
    result: startVirtualMachines(input: $input) {
      job { id } dryRun { ...DryRunFields } errors { field message }
    }
  }`,
  [dryRunFields],
);
const stop = graphql(
  `mutation StopMachines($input: StopVirtualMachinesInput!) {
    result: stopVirtualMachines(input: $input) {
      job { id } dryRun { ...DryRunFields } errors { field message }
    }
  }`,
  [dryRunFields],
);
const terminate = graphql(
  `mutation TerminateMachines($input: TerminateVirtualMachinesInput!) {
    result: terminateVirtualMachines(input: $input) {
      job { id } dryRun { ...DryRunFields } errors { field message }
    }
  }`,
  [dryRunFields],
);

// Of one machine alone: a job without parts.
const startOne = graphql(`mutation StartMachine($input: StartVirtualMachineInput!) {
  result: startVirtualMachine(input: $input) { job { id } errors { field message } }
}`);
const stopOne = graphql(`mutation StopMachine($input: StopVirtualMachineInput!) {
  result: stopVirtualMachine(input: $input) { job { id } errors { field message } }
}`);
const terminateOne = graphql(`mutation TerminateMachine($input: TerminateVirtualMachineInput!) {
  result: terminateVirtualMachine(input: $input) { job { id } errors { field message } }
}`);

const volumesRead = graphql(`query ReadVolumes($filter: VolumeFilter) {
  volumes(first: 1, filter: $filter, maxAge: 3600) { sources { status } }
}`);

export type DryRun = ResultOf<typeof dryRunFields>;
export type State = Machine["state"];

export interface Action {
  readonly name: "start" | "stop" | "terminate";
  readonly label: string;
  /** "Stopping 3 machines". */
  readonly progressive: string;
  readonly destructive: boolean;
  readonly states: ReadonlySet<State>;
}

export const ACTIONS: readonly Action[] = [
  {
    name: "start",
    label: "Start",
    progressive: "Starting",
    destructive: false,
    states: new Set<State>(["STOPPED"]),
  },
  {
    name: "stop",
    label: "Stop",
    progressive: "Stopping",
    destructive: false,
    states: new Set<State>(["RUNNING", "PENDING", "REBOOTING", "ERROR"]),
  },
  {
    name: "terminate",
    label: "Terminate",
    progressive: "Terminating",
    destructive: true,
    states: new Set<State>([
      "PENDING", "RUNNING", "STOPPING", "STOPPED", "REBOOTING", "SUSPENDED", "PAUSED", "ERROR",
      "UNKNOWN",
    ]),
  },
];

const DOCUMENTS = { start, stop, terminate };
const OF_ONE = { start: startOne, stop: stopOne, terminate: terminateOne };

const mayOnlyView = (machine: Machine, providerOf: ProviderOf) =>
  isViewOnly(providerOf(machine.provider.id));

/** Those of the machines that role and state allow the action for. */
export function ableTo(
  action: Action,
  machines: readonly Machine[],
  providerOf: ProviderOf,
): readonly Machine[] {
  return machines.filter(
    (machine) => !mayOnlyView(machine, providerOf) && action.states.has(machine.state),
  );
}

/** Why an action is not offered for all of these machines, in a sentence; null: it is. */
export function reasonAgainst(
  action: Action,
  machines: readonly Machine[],
  providerOf: ProviderOf,
): string | null {
  const viewed = machines.filter((machine) => mayOnlyView(machine, providerOf));
  const unready = machines.filter(
    (machine) => !mayOnlyView(machine, providerOf) && !action.states.has(machine.state),
  );
  const states = [...new Set(unready.map(({ state }) => state.toLowerCase()))].join(" or ");
  if (viewed.length + unready.length < machines.length) {
    const left = [
      viewed.length > 0 && `${viewed.length} that you may only view`,
      unready.length > 0 && `${unready.length} ${states}`,
    ].filter(Boolean);
    return left.length ? `Leaves out ${left.join(", ")}.` : null;
  }
  if (viewed.length) return `You may only view ${named(viewed)}.`;
  return unready.length
    ? `Not while ${unready.length > 1 ? "they are" : `${named(unready)} is`} ${states}.`
    : null;
}

function named(machines: readonly Machine[]): string {
  const [first] = machines;
  return machines.length === 1 && first ? first.name || first.externalId : `${machines.length} of them`;
}

/** "web-1"; "3 machines". */
export function machinesInWords(machines: readonly { readonly name: string }[]): string {
  const [first] = machines;
  return (machines.length === 1 && first?.name.trim()) || count(machines.length, "machine");
}

/**
 * Has the lists of volumes read that are older than an hour, where these machines are: a dry run adds
 * what is known of volumes, and asks no cloud for it. Returns whether a list was read.
 */
export async function readVolumes(gateway: Gateway, machines: readonly Machine[]): Promise<boolean> {
  const filter = {
    provider: [...new Set(machines.map(({ provider }) => provider.id))],
    region: [...new Set(machines.map(({ region }) => region))],
  };
  const { volumes } = await gateway.execute(volumesRead, { filter });
  return volumes?.sources.some(({ status }) => status !== "FAILED") ?? false;
}

/** Asks what would happen. Throws the gateway's reason if it refuses the question. */
export async function dryRun(gateway: Gateway, action: Action, ids: string[]): Promise<DryRun> {
  const { dryRun: verdict } = await send(gateway, action, { ids, dryRun: true });
  if (!verdict) throw new Error("The gateway sent no dry run.");
  return verdict;
}

/** Submits the job, and returns its id. The same `key` never makes a second job. */
export async function submit(
  gateway: Gateway,
  action: Action,
  ids: string[],
  key: string,
): Promise<string> {
  const [id = ""] = ids;
  const { job } =
    ids.length === 1
      ? await sendOne(gateway, action, { id, idempotencyKey: key })
      : await send(gateway, action, { ids, idempotencyKey: key });
  if (!job) throw new Error("The gateway sent no job.");
  return job.id;
}

interface Input {
  ids: string[];
  dryRun?: boolean;
  idempotencyKey?: string;
}

async function send(gateway: Gateway, { name }: Action, input: Input) {
  const variables = { input: { ...input, max: input.ids.length } };
  const { result } = await gateway.execute(DOCUMENTS[name], variables);
  return accepted(result);
}

async function sendOne(gateway: Gateway, { name }: Action, input: { id: string; idempotencyKey: string }) {
  const { result } = await gateway.execute(OF_ONE[name], { input });
  return accepted(result);
}

/** A new key. `crypto.randomUUID` is missing on plain http, `getRandomValues` is not. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
