/** Filter, order and groups of the machines, over rows that are already here. */
import type { Machine } from "./fleet.ts";
import type { ProviderOf } from "./providers.ts";
import { wordsOf } from "./text.ts";

const texts = new WeakMap<Machine, string>();

/** Lower case; made once for each row. */
function textOf(machine: Machine, providerOf: ProviderOf): string {
  let text = texts.get(machine);
  if (text === undefined) {
    const provider = providerOf(machine.provider.id);
    text = [
      machine.name,
      machine.externalId,
      machine.state,
      machine.region,
      provider?.name,
      provider?.kind.slug,
      machine.size?.name,
      machine.image?.name,
      machine.location?.name,
      ...machine.publicIps,
      ...machine.privateIps,
      ...machine.tags.map(({ key, value }) => `${key}=${value}`),
    ]
      .join("\n")
      .toLowerCase();
    if (provider) texts.set(machine, text);
  }
  return text;
}

/**
 * Machines that contain every word of `search`, and have one of `states` where any is given. A word
 * after a minus sign must not occur: `-owner=`.
 */
export function matching(
  machines: readonly Machine[],
  search: string,
  states: ReadonlySet<string>,
  providerOf: ProviderOf,
): readonly Machine[] {
  const words = wordsOf(search);
  if (!words.length && !states.size) return machines;
  return machines.filter((machine) => {
    if (states.size && !states.has(machine.state)) return false;
    if (!words.length) return true;
    const text = textOf(machine, providerOf);
    return words.every((word) =>
      word.length > 1 && word.startsWith("-") ? !text.includes(word.slice(1)) : text.includes(word),
    );
  });
}

const TROUBLED = new Set<Machine["state"]>(["ERROR", "MISSING", "UNKNOWN"]);

/** Broken, gone without a word, read only in part, or of a cloud that does not answer. */
export function hasProblem({ state, problem, stale }: Machine): boolean {
  return TROUBLED.has(state) || Boolean(problem) || stale;
}

export interface Group {
  readonly label: string;
  readonly count: number;
  readonly running: number;
  /** US dollars; of those whose cost is known. Null: it is known of none. */
  readonly monthly: number | null;
  readonly unpriced: number;
}

/** Groups by label, the largest first. A machine is in one group for each of its labels. */
export function grouped(
  machines: readonly Machine[],
  labelsOf: (machine: Machine) => readonly string[],
): Group[] {
  const groups = new Map<string, Group>();
  for (const machine of machines) {
    for (const label of new Set(labelsOf(machine))) {
      const before = groups.get(label) ?? { label, count: 0, running: 0, monthly: null, unpriced: 0 };
      groups.set(label, added(before, machine));
    }
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
}

function added(group: Group, machine: Machine): Group {
  const running = machine.state === "RUNNING";
  const cost = machine.monthlyCost ?? null;
  return {
    label: group.label,
    count: group.count + 1,
    running: group.running + Number(running),
    monthly: cost === null ? group.monthly : (group.monthly ?? 0) + cost,
    unpriced: group.unpriced + Number(cost === null),
  };
}

/** The labels of a machine for `key`: `provider`, `state`, `region` or `tag:KEY`. */
export function labelsFor(key: string, providerOf: ProviderOf) {
  if (key.startsWith("tag:")) {
    const name = key.slice("tag:".length);
    return ({ tags }: Machine) => {
      const values = tags.filter((tag) => tag.key === name).map((tag) => tag.value || "(empty)");
      return values.length ? values : [`(no tag ${name})`];
    };
  }
  return (machine: Machine) => {
    if (key === "provider") return [providerOf(machine.provider.id)?.name ?? "(unknown)"];
    if (key === "region") return [machine.region];
    return [machine.state];
  };
}
