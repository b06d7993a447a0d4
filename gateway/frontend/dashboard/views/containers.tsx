/** The containers of all engines and clusters. */
import { useEffect, useMemo, useState } from "preact/hooks";

import { graphql, type ResultOf } from "../api/graphql.ts";
import { type Action, CONTAINER_ACTIONS, nameOf } from "../data/actions.ts";
import { endedJobs } from "../data/jobs.ts";
import { count, hasWords, problemOf, wordsOf } from "../data/text.ts";
import { REGION_SET } from "../data/receipts.ts";
import { Rows } from "../data/rows.ts";
import { containersQuery } from "../data/view_queries.ts";
import { ActionBar } from "../parts/action_bar.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { useChanges, useClock, useStores } from "../parts/context.ts";
import { Interrupted } from "../parts/failure.tsx";
import { useSelection } from "../parts/row_selection.ts";
import { State } from "../parts/state.tsx";
import { type Column, setSort, sorted, sortOf, Table } from "../parts/table.tsx";
import { ViewQuery } from "../parts/view_query.tsx";
import { When } from "../parts/when.tsx";
import { type Route, setQuery } from "../route.ts";

const containerFields = graphql(`
  fragment ContainerFields on Container {
    id name externalId state region image ips stale observedAt
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

interface Asked {
  readonly action: Action;
  readonly targets: readonly Container[];
}

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
  const { jobs, providers } = useStores();
  useChanges(jobs.rows, providers.rows);
  const { rows, problems, loading, failure } = useContainers(endedJobs(jobs.rows.all, /^container\./));
  useChanges(rows);
  const [asked, setAsked] = useState<Asked | null>(null);
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
  const { selection, chosen, clear } = useSelection(shown, nameOf);
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
      {chosen.length > 0 && (
        <ActionBar
          actions={CONTAINER_ACTIONS}
          chosen={chosen}
          onAction={(action, targets) => setAsked({ action, targets })}
        >
          <strong>{count(chosen.length, "container")} selected</strong>
          <button type="button" class="plain" onClick={clear}>
            Clear
          </button>
        </ActionBar>
      )}
      <Table
        label="Containers"
        columns={COLUMNS}
        rows={shown}
        rowKey={({ id }) => id}
        rowClass={({ stale }) => (stale ? "stale" : "")}
        sort={sort}
        onSort={setSort}
        selection={selection}
        empty={<p>{emptyText(loading, failure, rows.all.length, problems.length)}</p>}
      />
      {asked && (
        <Confirm
          {...asked}
          onClose={() => setAsked(null)}
          onDone={() => {
            setAsked(null);
            clear();
          }}
        />
      )}
    </main>
  );
}

function emptyText(loading: boolean, failure: Error | null, all: number, problems: number): string {
  if (all) return "No container matches.";
  if (failure) return "Nothing could be read.";
  if (loading) return "Asking …";
  return problems ? "No container is known: not every source answered." : "Your providers list no container.";
}

/** Read again with each new `version`. */
function useContainers(version: number) {
  const { gateway } = useStores();
  const [rows] = useState(() => new Rows<Container>());
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [loading, setLoading] = useState(true);
  const [failure, setFailure] = useState<Error | null>(null);
  useEffect(() => {
    const sources = new Set<string>();
    const found: string[] = [];
    setLoading(true);
    return gateway.watch(bySource, {}, {
      next: ({ containers }) => {
        if (!containers) return;
        const { source, nodes } = containers;
        const problem = problemOf(source, source.provider.name);
        if (problem) found.push(problem);
        setProblems([...found]);
        if (source.resource === REGION_SET) return;
        sources.add(placeOf(source));
        rows.replace(nodes, (row) => placeOf(row) === placeOf(source));
      },
      interrupted: (error) => {
        if (error) found.length = 0; // the next stream sends every source again
        setFailure(error);
      },
      complete: () => {
        rows.replace([], (row) => !sources.has(placeOf(row)));
        setProblems([...found]);
        setLoading(false);
      },
    });
  }, [version]);
  return { rows, problems, loading, failure };
}

const placeOf = ({ provider, region }: Pick<Container, "provider" | "region">) => `${provider.id} ${region}`;
