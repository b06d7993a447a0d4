/** What reads found different, newest first. */
import { useMemo } from "preact/hooks";

import { type Change, changedValue, changesQuery, typeInWords } from "../data/changes.ts";
import { beginOf, PERIODS } from "../data/periods.ts";
import { count, fieldInWords, hasWords, wordsOf } from "../data/text.ts";
import { changesQueryText } from "../data/view_queries.ts";
import { ChangedBy } from "../parts/changed_by.tsx";
import { ChangedObject } from "../parts/changed_object.tsx";
import { useChanges, useClock, useStores } from "../parts/context.ts";
import { Failure } from "../parts/failure.tsx";
import { useQuery } from "../parts/query.ts";
import { type Column, Table } from "../parts/table.tsx";
import { ViewQuery } from "../parts/view_query.tsx";
import { When } from "../parts/when.tsx";
import { type Route, setQuery } from "../route.ts";

const COLUMNS: readonly Column<Change>[] = [
  { key: "at", title: "Seen", cell: ({ at }) => <When time={at} /> },
  { key: "target", title: "Object", cell: (change) => <ChangedObject change={change} /> },
  { key: "type", title: "Type", cell: ({ type }) => typeInWords(type), wide: true },
  { key: "field", title: "What", cell: ({ field }) => fieldInWords(field) },
  { key: "before", title: "Before", cell: (change) => changedValue(change, change.before), wide: true },
  { key: "after", title: "After", cell: (change) => changedValue(change, change.after) },
  { key: "by", title: "By", cell: ({ actor }) => <ChangedBy actor={actor} /> },
  {
    key: "provider",
    title: "Provider",
    cell: ({ provider }) => provider.name,
    wide: true,
  },
  { key: "region", title: "Region", cell: ({ target }) => target?.region ?? "", wide: true },
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
    filter: { provider: provider ? [provider] : null, since },
  });
  const all = data?.changes?.nodes ?? [];
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
          placeholder="Filter: words of an object, a value …"
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
            <option key={each} value={each}>
              {fieldInWords(each)}
            </option>
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
          {data?.changes && data.changes.totalCount > all.length &&
            ` of the newest ${all.length.toLocaleString("en")}`}
        </span>
        <button type="button" disabled={loading} onClick={() => void reload()}>
          Refresh
        </button>
        <ViewQuery query={() => changesQueryText(provider, field, since)} />
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

function textOf(change: Change): string {
  const { type, target, provider, field, before, after, actor } = change;
  const values = [changedValue(change, before), changedValue(change, after)];
  const object = [target?.name ?? "", target?.region ?? "", typeInWords(type)];
  return [...object, provider.name, field, fieldInWords(field), ...values, actor?.user?.login].join("\n");
}
