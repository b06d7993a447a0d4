/** What reads found different in machines, newest first. */
import { useMemo } from "preact/hooks";

import { type Change, changesQuery, MOST_CHANGES, valueInWords } from "../data/changes.ts";
import { ago, count, hasWords, wordsOf } from "../data/text.ts";
import { useChanges, useClock, useStores } from "../parts/context.ts";
import { Failure } from "../parts/failure.tsx";
import { useQuery } from "../parts/query.ts";
import { type Column, Table } from "../parts/table.tsx";
import { hrefOf, type Route, setQuery } from "../route.ts";

const PERIODS: readonly (readonly [string, string])[] = [
  ["1", "The last hour"],
  ["24", "The last day"],
  ["168", "The last week"],
];

const COLUMNS: readonly Column<Change>[] = [
  { key: "at", title: "Seen", cell: ({ at }) => <span title={at}>{ago(at)}</span> },
  {
    key: "machine",
    title: "Machine",
    cell: ({ virtualMachine: { id, name, externalId } }) => (
      <a href={hrefOf("machine", { id })}>{name || externalId}</a>
    ),
  },
  { key: "field", title: "What", cell: ({ field }) => field },
  { key: "before", title: "Before", cell: ({ before }) => valueInWords(before), wide: true },
  { key: "after", title: "After", cell: ({ after }) => valueInWords(after) },
  {
    key: "provider",
    title: "Provider",
    cell: ({ virtualMachine }) => virtualMachine.provider.name,
    wide: true,
  },
  { key: "region", title: "Region", cell: ({ virtualMachine }) => virtualMachine.region, wide: true },
];

export function Changes({ route }: { route: Route }) {
  const { providers } = useStores();
  useChanges(providers.rows);
  useClock();
  const [search = "", provider = "", field = "", hours = ""] = ["q", "provider", "field", "hours"].map(
    (name) => route.query.get(name) ?? "",
  );
  const since = useMemo(() => beginOf(hours), [hours]);
  const { data, error, loading, reload } = useQuery(changesQuery, {
    provider: provider ? [provider] : null,
    since,
  });
  const all = data?.changes ?? [];
  const fields = [...new Set([...all.map((change) => change.field), field])].filter(Boolean).sort();
  const words = wordsOf(search);
  const shown = all.filter(
    (change) => (!field || change.field === field) && hasWords(textOf(change), words),
  );
  return (
    <main class="full">
      <h1>Changes</h1>
      <Failure error={error} onRetry={() => void reload()} shown={data !== null} />
      <div class="bar">
        <input
          type="search"
          class="filter"
          aria-label="Filter"
          placeholder="Filter: words of a machine, a value …"
          value={search}
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
        <select
          aria-label="Provider"
          value={provider}
          onChange={(event) => setQuery({ provider: event.currentTarget.value })}
        >
          <option value="">Every provider</option>
          {providers.rows.all.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <select
          aria-label="Field"
          value={field}
          onChange={(event) => setQuery({ field: event.currentTarget.value })}
        >
          <option value="">Every field</option>
          {fields.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
        <select
          aria-label="Period"
          value={hours}
          onChange={(event) => setQuery({ hours: event.currentTarget.value })}
        >
          <option value="">All that is kept</option>
          {PERIODS.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <span role="status" class="count">
          {loading && !data ? "Reading …" : count(shown.length, "change")}
          {all.length >= MOST_CHANGES && ` of the newest ${MOST_CHANGES.toLocaleString("en")}`}
        </span>
        <button type="button" disabled={loading} onClick={() => void reload()}>
          Refresh
        </button>
      </div>
      <Table
        label="Changes"
        columns={COLUMNS}
        rows={shown}
        rowKey={({ id }) => id}
        empty={<p>{emptyText(loading, error, all.length)}</p>}
      />
    </main>
  );
}

function emptyText(loading: boolean, error: Error | null, all: number): string {
  if (all) return "No change matches.";
  if (loading) return "Reading …";
  return error ? "Nothing could be read." : "No change was seen in this time.";
}

function beginOf(hours: string): string | null {
  const length = Number(hours) * 3_600_000;
  return length > 0 ? new Date(Date.now() - length).toISOString() : null;
}

function textOf({ virtualMachine, field, before, after }: Change): string {
  const { name, externalId, region, provider } = virtualMachine;
  const values = [valueInWords(before), valueInWords(after)];
  return [name, externalId, region, provider.name, field, ...values].join("\n");
}
