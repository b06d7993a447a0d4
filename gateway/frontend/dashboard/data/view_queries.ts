/** What a view shows, as a GraphQL query to copy: with literal arguments, so that it runs as it is. */
import type { AuditFilter } from "./audit.ts";
import type { Machine } from "./fleet.ts";
import { call, Enum, enums, isEmpty, type Value } from "./query_text.ts";
import { wordsOf } from "./text.ts";

export interface MachineView {
  readonly search: string;
  readonly state: string;
  readonly group: string;
  /** The label of the one group that is shown. */
  readonly only: string;
  readonly sort: { readonly key: string; readonly descending: boolean };
}

const ORDERS: Record<string, string> = {
  name: "NAME",
  state: "STATE",
  region: "REGION",
  cost: "MONTHLY_COST",
};

/** `shown`: the machines in the table; they decide what a word of the filter means. */
export function machinesQuery(
  view: MachineView,
  shown: readonly Machine[],
  providers: readonly { readonly id: string; readonly name: string; readonly kind: { readonly slug: string } }[],
): string {
  const { note, ...found } = filterOf(view, shown, providers);
  const filter = isEmpty(found) ? undefined : found;
  const order = ORDERS[view.sort.key];
  const orderBy = order && {
    field: new Enum(order),
    direction: view.sort.descending ? new Enum("DESC") : undefined,
  };
  const list = call("virtualMachines", { first: 100, filter, orderBy: orderBy || undefined });
  return `${note}query Machines {
  ${list} {
    totalCount
    nodes { name state region provider { name } size { name } publicIps tags { key value } monthlyCost }
  }${view.group ? groupsOf(view.group, filter) : ""}
}
`;
}

function groupsOf(group: string, filter: Value | undefined): string {
  const by = group.startsWith("tag:")
    ? { tag: group.slice("tag:".length) }
    : { field: new Enum(group.toUpperCase()) };
  return `
  ${call("virtualMachinesAggregate", { filter, groupBy: [by] })} {
    groups { keys { label value } measures { count monthlyCost unpriced } }
  }`;
}

/** What the gateway's own search looks at. */
const searched = ({ name, externalId, size, image, location, publicIps, privateIps, tags }: Machine) =>
  [
    name,
    externalId,
    size?.name,
    image?.name,
    location?.name,
    ...publicIps,
    ...privateIps,
    ...tags.map(({ key, value }) => `${key}=${value}`),
  ]
    .join("\n")
    .toLowerCase();

function filterOf(
  { search, state, group, only }: MachineView,
  shown: readonly Machine[],
  providers: Parameters<typeof machinesQuery>[2],
) {
  const words = wordsOf(search);
  const wanted = words.filter((word) => word.length < 2 || !word.startsWith("-"));
  const [unwanted, ...others] = words.filter((word) => !wanted.includes(word)).map((word) => word.slice(1));
  const texts = shown.map(searched);
  const isText = (word: string) => texts.some((text) => text.includes(word));
  const named = (word: string) =>
    providers.filter(({ name, kind }) => `${name}\n${kind.slug}`.toLowerCase().includes(word));
  const places = wanted.filter((word) => !isText(word) && named(word).length > 0);
  const regions = new Set(
    wanted
      .filter((word) => !isText(word) && !places.includes(word))
      .flatMap((word) => shown.filter(({ region }) => region.toLowerCase().includes(word)))
      .map(({ region }) => region),
  );
  if (group === "region" && only) regions.add(only);
  const inPlaces = providers
    .filter((provider) => places.every((word) => named(word).includes(provider)))
    .filter(({ name }) => group !== "provider" || !only || name === only);
  const isOfProviders = places.length > 0 || (group === "provider" && only !== "");
  const texted = wanted.filter((word) => isText(word) || (!places.includes(word) && !regions.size));
  const tag = group.startsWith("tag:") && only && !only.startsWith("(") ? group.slice("tag:".length) : "";
  const inState = [state, group === "state" ? only : ""].filter(Boolean).slice(-1);
  return {
    note: others.length ? `# The page also leaves out: ${others.join(", ")}.\n` : "",
    search: texted.join(" ") || undefined,
    provider: isOfProviders ? inPlaces.map(({ id }) => id) : undefined,
    region: regions.size ? [...regions].sort() : undefined,
    state: enums(inState),
    tags: tag ? [{ key: tag, value: only }] : undefined,
    not: unwanted === undefined ? undefined : { search: unwanted },
  };
}

export function machineQuery(id: string): string {
  return `query Machine {
  ${call("virtualMachine", { id })} {
    name state region publicIps privateIps
    size { name } image { name } tags { key value }
    monthlyCost sshCommand stale observedAt
    changes(first: 20) { at field before after actor { user { login } } }
  }
}
`;
}

export function jobsQuery(state: string): string {
  const states = state === "unfinished" ? ["QUEUED", "RUNNING", "CANCELING"] : [state].filter(Boolean);
  const filter = states.length ? { state: enums(states) } : undefined;
  return `query Jobs {
  ${call("jobs", { first: 100, filter })} {
    totalCount
    nodes { id label state targetName requesterLogin createdAt error { code message } parent { id } }
  }
}
`;
}

export function changesQueryText(provider: string, field: string, since: string | null): string {
  const found = {
    provider: provider ? [provider] : undefined,
    field: field ? [field] : undefined,
    since: since ?? undefined,
  };
  return `query Changes {
  ${call("changes", { first: 100, filter: isEmpty(found) ? undefined : found })} {
    totalCount
    nodes { at type field before after provider { name } target { name region } actor { user { login } job { label } } }
  }
}
`;
}

const OWN: Record<string, string> = {
  bucket: "public versioning",
  volume: "size type encrypted machine { name }",
  snapshot: "size createdAt volume { name }",
};

/** `noun`: bucket, volume or snapshot. */
export function storageQuery(noun: string, search: string): string {
  const filter = search.trim() ? { search: search.trim() } : undefined;
  return `query Storage {
  ${call(`${noun}s`, { first: 100, filter })} {
    totalCount
    nodes { name region state ${OWN[noun] ?? ""} provider { name } }
  }
}
`;
}

export function containersQuery(search: string): string {
  const filter = search.trim() ? { search: search.trim() } : undefined;
  return `query Containers {
  ${call("containers", { first: 100, filter })} {
    totalCount
    nodes { name state region image ips provider { name } labels { key value } }
  }
}
`;
}

/** `filter`: as the view sends it. */
export function auditQueryText({ kind, since, until, dryRun, ...others }: AuditFilter): string {
  const texts = others as Readonly<Record<string, readonly string[]>>;
  const found = {
    kind: enums(kind ?? []),
    ...texts,
    since: since ?? undefined,
    until: until ?? undefined,
    dryRun: dryRun ?? undefined,
  };
  return `query Audit {
  ${call("auditEvents", { first: 100, filter: isEmpty(found) ? undefined : found })} {
    totalCount
    nodes { at kind action outcome login address names arguments }
  }
}
`;
}

/** The objects of one folder of a bucket. */
export function objectsQueryText(bucket: string, prefix: string): string {
  return `query Objects {
  ${call("bucket", { id: bucket })} {
    name
    ${call("objects", { first: 200, prefix: prefix || undefined, delimiter: "/" })} {
      prefixes
      nodes { key size lastModified storageClass }
      pageInfo { hasNextPage endCursor }
    }
  }
}
`;
}
