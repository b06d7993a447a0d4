/** What can be done to machines: the mutations, their dry runs, and who may when. */
import type { Gateway } from "../api/gateway.ts";
import { graphql, type ResultOf } from "../api/graphql.ts";
import { accepted } from "../api/post.ts";
import type { Machine } from "./fleet.ts";
import type { Provider } from "./providers.ts";

export const dryRunFields = graphql(`
  fragment DryRunFields on DryRun {
    allowed
    checks { name ok message }
    targets {
      allowed
      checks { name ok message }
      virtualMachine { id name region provider { id name } }
    }
  }
`);

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

/** Why an action is not offered for these machines; null: it is. */
export function reasonAgainst(
  action: Action,
  machines: readonly Machine[],
  providerOf: (id: string) => Provider | undefined,
): string | null {
  const role = (machine: Machine) => providerOf(machine.provider.id)?.viewerRole;
  const viewed = machines.filter((machine) => role(machine) === "VIEWER");
  if (viewed.length) return `${action.label}: you may only view ${named(viewed)}.`;
  const unready = machines.filter(({ state }) => !action.states.has(state));
  if (!unready.length) return null;
  const states = [...new Set(unready.map(({ state }) => state.toLowerCase()))].join(" or ");
  return `${action.label}: not while ${named(unready)} ${unready.length > 1 ? "are" : "is"} ${states}.`;
}

function named(machines: readonly Machine[]): string {
  const [first] = machines;
  return machines.length === 1 && first ? first.name : `${machines.length} of them`;
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
  const { job } = await send(gateway, action, { ids, idempotencyKey: key });
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

/** A new key. `crypto.randomUUID` is missing on plain http, `getRandomValues` is not. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
