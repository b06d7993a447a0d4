/** The containers of all engines and clusters. */
import { useEffect, useMemo, useState } from "preact/hooks";

import { graphql, type ResultOf } from "../api/graphql.ts";
import { count, hasWords, problemOf, wordsOf } from "../data/text.ts";
import { Rows } from "../data/rows.ts";
import { containersQuery } from "../data/view_queries.ts";
import { useChanges, useClock, useStores } from "../parts/context.ts";
import { Interrupted } from "../parts/failure.tsx";
import { State } from "../parts/state.tsx";
import { type Column, setSort, sorted, sortOf, Table } from "../parts/table.tsx";
import { ViewQuery } from "../parts/view_query.tsx";
import { When } from "../parts/when.tsx";
import { type Route, setQuery } from "../route.ts";

const containerFields = graphql(`
  fragment ContainerFields on Container {
    id name state region image ips stale observedAt
    provider { id name }
    labels { key value }
  }
`);
const bySource = graphql(
  `subscription ContainersBySource {
    containers {
      source { provider { id name } resource region status completeness fetchedAt error { message } }
      nodes { ...ContainerFields }
    }
  }`,
  [containerFields],
);

type Container = ResultOf<typeof containerFields>;

const COLUMNS: readonly Column<Container>[] = [
  { key: "name", title: "Name", cell: ({ name }) => name, sortBy: ({ name }) => name },
  {
    key: "state",
    title: "State",
    cell: ({ state }) => <State state={state} />,
    sortBy: ({ state }) => state,
  },
  {
    key: "provider",
    title: "Provider",
    cell: ({ provider }) => provider.name,
    sortBy: ({ provider }) => provider.name,
  },
  { key: "region", title: "Region", cell: ({ region }) => region, sortBy: (row) => row.region, wide: true },
  { key: "image", title: "Image", cell: ({ image }) => image, sortBy: ({ image }) => image, wide: true },
  { key: "ips", title: "Addresses", cell: ({ ips }) => ips.join(" "), wide: true },
  {
    key: "labels",
    title: "Labels",
    cell: ({ labels }) => labels.map(({ key, value }) => `${key}=${value}`).join(", "),
    wide: true,
  },
  {
    key: "seen",
    title: "Seen",
    cell: ({ observedAt }) => <When time={observedAt} />,
    sortBy: ({ observedAt }) => observedAt,
    wide: true,
  },
];

export function Containers({ route }: { route: Route }) {
  const { rows, problems, loading, failure } = useContainers();
  useChanges(rows);
  useClock();
  const search = route.query.get("q") ?? "";
  const sort = sortOf(route);
  const ordered = useMemo(
    () => sorted(rows.all, COLUMNS, sort),
    [rows.all, sort.key, sort.descending],
  );
  const words = wordsOf(search);
  const shown = ordered.filter((row) => {
    const labels = row.labels.map(({ key, value }) => `${key}=${value}`);
    return hasWords(
      [row.name, row.state, row.provider.name, row.region, row.image, ...labels].join("\n"),
      words,
    );
  });
  return (
    <main class="full">
      <h1>Containers</h1>
      <Interrupted what="The list of containers" error={failure} />
      {problems.map((problem) => (
        <p key={problem} class="notice warn">
          {problem}
        </p>
      ))}
      <div class="bar">
        <input
          type="search"
          class="filter"
          aria-label="Filter"
          placeholder="Filter: words of a name, an image, a label …"
          value={search}
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
        <span role="status" class="count">
          {count(shown.length, "container")}
          {loading && !failure && ", engines are still answering …"}
        </span>
        <ViewQuery query={() => containersQuery(search)} />
      </div>
      <Table
        label="Containers"
        columns={COLUMNS}
        rows={shown}
        rowKey={({ id }) => id}
        rowClass={({ stale }) => (stale ? "stale" : "")}
        sort={sort}
        onSort={setSort}
        empty={<p>{emptyText(loading, failure, rows.all.length, problems.length)}</p>}
      />
    </main>
  );
}

function emptyText(loading: boolean, failure: Error | null, all: number, problems: number): string {
  if (all) return "No container matches.";
  if (failure) return "Nothing could be read.";
  if (loading) return "Asking …";
  return problems ? "No container is known: not every source answered." : "Your providers list no container.";
}

function useContainers() {
  const { gateway } = useStores();
  const [rows] = useState(() => new Rows<Container>());
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [loading, setLoading] = useState(true);
  const [failure, setFailure] = useState<Error | null>(null);
  useEffect(
    () =>
      gateway.watch(bySource, {}, {
        next: ({ containers }) => {
          if (!containers) return;
          const { source, nodes } = containers;
          const problem = problemOf(source, source.provider.name);
          if (problem) setProblems((before) => [...before, problem]);
          rows.put(nodes);
        },
        interrupted: setFailure,
        complete: () => setLoading(false),
      }),
    [],
  );
  return { rows, problems, loading, failure };
}
