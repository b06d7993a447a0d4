/** The machines of all clouds: filled source by source, then kept up to date by a stream. */
import type { Gateway } from "../api/gateway.ts";
import { graphql, type ResultOf } from "../api/graphql.ts";
import { REGION_SET } from "./receipts.ts";
import { Rows } from "./rows.ts";
import { Value } from "./value.ts";

/** Of every machine, what the table shows and the filter looks at. */
export const machineFields = graphql(`
  fragment MachineFields on VirtualMachine {
    id name externalId state region problem stale observedAt
    monthlyCost publicIps privateIps
    provider { id }
    size { name }
    image { name }
    location { name }
    tags { key value }
  }
`);

const receiptFields = graphql(`
  fragment ReceiptFields on SourceReceipt {
    provider { id }
    resource region status completeness fetchedAt durationMs nextTryAt count
    error { code message }
  }
`);

const bySource = graphql(
  `
  subscription MachinesBySource($maxAge: Int) {
    virtualMachines(maxAge: $maxAge) {
      source { ...ReceiptFields }
      nodes { ...MachineFields }
    }
  }
`,
  [machineFields, receiptFields],
);

const changed = graphql(
  `
  subscription MachineChanged($since: DateTime) {
    virtualMachineChanged(filter: { seenAfter: $since }) { ...MachineFields }
  }
`,
  [machineFields],
);

export type Machine = ResultOf<typeof machineFields>;
export type Receipt = ResultOf<typeof receiptFields>;

/** How far the list is. `LOADING`: some sources have not answered yet. */
export type Progress = "LOADING" | "LOADED" | "FAILED";

const RELOADED_EVERY_MS = 60_000;
const MAX_AGE_SECONDS = 30;

export class Fleet {
  readonly machines = new Rows<Machine>();
  readonly receipts = new Value<readonly Receipt[]>([]);
  readonly progress = new Value<Progress>("LOADING");
  /** Whether every source has answered, or failed, since the page was opened. */
  readonly complete = new Value(false);
  readonly error = new Value<Error | null>(null);
  readonly #gateway: Gateway;
  #endListing = () => {};
  #endWatching = () => {};
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  start(): void {
    this.reload();
    this.#timer = setInterval(() => {
      if (document.visibilityState === "visible") this.reload();
    }, RELOADED_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#endListing();
    this.#endWatching();
    this.machines.clear();
    this.receipts.set([]);
  }

  /** Asks each cloud whose list is older than `maxAge` seconds. */
  reload(maxAge = MAX_AGE_SECONDS): void {
    this.#endListing();
    this.progress.set("LOADING");
    const seen: Receipt[] = [];
    this.#endListing = this.#gateway.watch(bySource, { maxAge }, {
      next: ({ virtualMachines: delivery }) => {
        if (!delivery) return;
        const { source, nodes } = delivery;
        seen.push(source);
        this.receipts.set(merged(this.receipts.current, source));
        if (source.resource !== REGION_SET) {
          this.machines.replace(nodes, (row) => isOf(row, source));
        }
      },
      interrupted: (error) => {
        this.error.set(error);
        if (error) {
          seen.length = 0; // the next stream sends every source again
          this.progress.set("FAILED");
        }
      },
      complete: () => {
        this.receipts.set(seen);
        this.#dropSourcesWithout(seen);
        this.complete.set(true);
        this.progress.set("LOADED");
        this.#watchFrom(after(this.machines.all, seen));
      },
    });
  }

  /** Machines of providers and regions that are no longer listed. */
  #dropSourcesWithout(receipts: readonly Receipt[]): void {
    const listed = new Set(receipts.map(sourceKey));
    this.machines.replace([], (row) => !listed.has(machineKey(row)));
  }

  #watchFrom(since: string): void {
    this.#endWatching();
    this.#endWatching = this.#gateway.watch(changed, { since }, {
      next: ({ virtualMachineChanged: machine }) => {
        if (machine) this.machines.put([machine]);
      },
    });
  }
}

const sourceKey = ({ provider, resource, region }: Receipt) =>
  resource === REGION_SET ? `${provider.id}` : `${provider.id} ${region}`;
const machineKey = ({ provider, region }: Machine) => `${provider.id} ${region}`;

function isOf(machine: Machine, source: Receipt): boolean {
  return machineKey(machine) === sourceKey(source);
}

function merged(receipts: readonly Receipt[], one: Receipt): readonly Receipt[] {
  return [...receipts.filter((other) => sourceKey(other) !== sourceKey(one)), one];
}

/** A time after all that was listed, so that the stream does not begin with all of it again. */
function after(machines: readonly Machine[], receipts: readonly Receipt[]): string {
  let latest = 0;
  for (const { fetchedAt } of receipts) latest = Math.max(latest, Date.parse(fetchedAt ?? "") || 0);
  for (const { observedAt } of machines) latest = Math.max(latest, Date.parse(observedAt));
  return new Date(latest + 1).toISOString(); // a Date has milliseconds, the gateway microseconds
}
