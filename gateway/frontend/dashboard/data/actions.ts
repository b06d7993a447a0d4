/** What can be done to machines and containers: who may, in which states, at which clouds. */
import type { ResultOf } from "../api/graphql.ts";
import type { OF_A_CONTAINER, OF_ONE } from "./action_documents.ts";
import type { Machine } from "./fleet.ts";
import { isViewOnly, type providerFields, type ProviderOf } from "./providers.ts";
import { count, inWords, orInWords } from "./text.ts";

type Capability = ResultOf<typeof providerFields>["kind"]["capabilities"][number];
/** What the API calls the action, of those that this page can send. */
export type Verb = Capability & (keyof typeof OF_ONE | keyof typeof OF_A_CONTAINER | "RESIZE");

/** A machine or a container. */
export interface Target {
  readonly id: string;
  readonly name: string;
  readonly externalId: string;
  readonly state: string;
  readonly region: string;
  readonly provider: { readonly id: string };
}

export interface Action {
  readonly verb: Verb;
  /** In the URL and in the palette. */
  readonly name: string;
  readonly noun: "machine" | "container";
  readonly label: string;
  /** "Stopping 3 machines". */
  readonly progressive: string;
  readonly destructive: boolean;
  readonly states: ReadonlySet<string>;
}

type State = Machine["state"];
const states = (...all: State[]) => new Set<string>(all);
const noun = "machine";
const HALTED = states("SUSPENDED", "PAUSED");

export const RESIZE: Action = {
  verb: "RESIZE", name: "resize", noun, label: "Resize", progressive: "Resizing", destructive: false,
  states: states("STOPPED", "RUNNING"), // one that runs is stopped first, if that is wanted
};

/** Those on machines. */
export const ACTIONS: readonly Action[] = [
  {
    verb: "START", name: "start", noun, label: "Start", progressive: "Starting", destructive: false,
    states: states("STOPPED"),
  },
  {
    verb: "STOP", name: "stop", noun, label: "Stop", progressive: "Stopping", destructive: false,
    states: states("RUNNING", "PENDING", "REBOOTING", "ERROR"),
  },
  {
    verb: "REBOOT", name: "reboot", noun, label: "Reboot", progressive: "Rebooting", destructive: false,
    states: states("RUNNING"),
  },
  {
    verb: "SUSPEND", name: "suspend", noun, label: "Suspend", progressive: "Suspending", destructive: false,
    states: states("RUNNING"),
  },
  {
    verb: "RESUME", name: "resume", noun, label: "Resume", progressive: "Resuming", destructive: false,
    states: HALTED,
  },
  RESIZE,
  {
    verb: "TERMINATE", name: "terminate", noun, label: "Terminate", progressive: "Terminating", destructive: true,
    states: states(
      "PENDING", "RUNNING", "STOPPING", "STOPPED", "REBOOTING", "SUSPENDED", "PAUSED", "ERROR", "UNKNOWN",
    ),
  },
];

export const CONTAINER_ACTIONS: readonly Action[] = [
  {
    verb: "START_CONTAINER", name: "start", noun: "container", label: "Start", progressive: "Starting",
    destructive: false, states: new Set(["CREATED", "STOPPED", "PAUSED"]),
  },
  {
    verb: "STOP_CONTAINER", name: "stop", noun: "container", label: "Stop", progressive: "Stopping",
    destructive: false, states: new Set(["RUNNING", "RESTARTING", "PAUSED"]),
  },
  {
    verb: "RESTART_CONTAINER", name: "restart", noun: "container", label: "Restart", progressive: "Restarting",
    destructive: false, states: new Set(["RUNNING", "RESTARTING"]),
  },
  {
    verb: "REMOVE_CONTAINER", name: "remove", noun: "container", label: "Remove", progressive: "Removing",
    destructive: true,
    states: new Set([
      "PENDING", "CREATED", "RUNNING", "RESTARTING", "PAUSED", "STOPPED", "ERROR", "UNKNOWN",
    ]),
  },
];

/** Why not: the role, the kind of cloud or the state; null: it is possible. */
function hindrance({ verb, states }: Action, { provider, state }: Target, providerOf: ProviderOf) {
  const found = providerOf(provider.id);
  if (isViewOnly(found)) return "role";
  const can = (asked: Capability) => !found || found.kind.capabilities.includes(asked);
  if (!can(verb)) return "kind";
  if (verb === "START" && HALTED.has(state) && !can("RESUME")) return null; // there is no other way
  return states.has(state) ? null : "state";
}

/** Those of the targets that role, kind of cloud and state allow the action for. */
export function ableTo<T extends Target>(
  action: Action,
  targets: readonly T[],
  providerOf: ProviderOf,
): readonly T[] {
  const able = targets.filter((target) => hindrance(action, target, providerOf) === null);
  return action === RESIZE && placesOf(able) > 1 ? [] : able;
}

/** A size is one of a provider's region: the number of those that the targets are in. */
const placesOf = (targets: readonly Target[]) =>
  new Set(targets.map(({ provider, region }) => `${provider.id} ${region}`)).size;

/** Why an action is not offered for all of these targets, in a sentence; null: it is. */
export function reasonAgainst(
  action: Action,
  targets: readonly Target[],
  providerOf: ProviderOf,
): string | null {
  const found = targets.map((target) => [hindrance(action, target, providerOf), target] as const);
  const by = (what: string | null) => found.flatMap(([why, target]) => (why === what ? [target] : []));
  const [able, viewed, lacking, unready] = [by(null), by("role"), by("kind"), by("state")];
  const places = placesOf(able);
  if (action === RESIZE && places > 1) {
    return `Each region of a provider has its own sizes. Choose machines of one: these are in ${places}.`;
  }
  const words = orInWords([...new Set(unready.map(({ state }) => inWords(state).toLowerCase()))]);
  if (able.length) {
    const left = [
      viewed.length > 0 && `${viewed.length} that you may only view`,
      lacking.length > 0 && `${lacking.length} at clouds without it`,
      unready.length > 0 && `${unready.length} ${words}`,
    ].filter(Boolean);
    return left.length ? `Leaves out ${left.join(", ")}.` : null;
  }
  if (viewed.length) return `You may only view ${named(viewed)}.`;
  if (lacking.length) return `Not offered for ${kindsOf(lacking, providerOf)}.`;
  return unready.length
    ? `Not while ${unready.length > 1 ? "they are" : `${named(unready)} is`} ${words}.`
    : null;
}

function kindsOf(targets: readonly Target[], providerOf: ProviderOf): string {
  const labels = targets.flatMap(({ provider }) => providerOf(provider.id)?.kind.label ?? []);
  return orInWords([...new Set(labels)]);
}

export const nameOf = ({ name, externalId }: Pick<Target, "name" | "externalId">) => name || externalId;

function named(targets: readonly Target[]): string {
  const [first] = targets;
  return targets.length === 1 && first ? nameOf(first) : `${targets.length} of them`;
}

/** "web-1"; "3 machines". */
export function targetsInWords(targets: readonly { readonly name: string }[], noun: string): string {
  const [first] = targets;
  return (targets.length === 1 && first?.name.trim()) || count(targets.length, noun);
}

/** A new key. `crypto.randomUUID` is missing on plain http, `getRandomValues` is not. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
