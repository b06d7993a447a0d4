/** A table of buckets, volumes or snapshots, page by page. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import type { Document } from "../api/graphql.ts";
import type { AnswerReceipt } from "../api/post.ts";
import { count, hasWords, wordsOf } from "../data/text.ts";
import { storageQuery } from "../data/view_queries.ts";
import { useClock } from "../parts/context.ts";
import { Failure, Unanswered } from "../parts/failure.tsx";
import { Pager, usePages } from "../parts/pager.tsx";
import { useQuery } from "../parts/query.ts";
import { inWords, State } from "../parts/state.tsx";
import { type Column, setSort, sorted, sortOf, Table } from "../parts/table.tsx";
import { ViewQuery } from "../parts/view_query.tsx";
import { When } from "../parts/when.tsx";
import { type Route, setQuery } from "../route.ts";

interface Stored {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly state: string;
  readonly stale: boolean;
  readonly observedAt: string;
  readonly provider: { readonly name: string };
}

/** Name and state first, then what is particular, then where it is. */
export function withShared<T extends Stored>(
  name: (row: T) => ComponentChildren,
  own: readonly Column<T>[],
): readonly Column<T>[] {
  return [
    { key: "name", title: "Name", cell: name, sortBy: (row) => row.name },
    {
      key: "state",
      title: "State",
      cell: ({ state }) => <State state={state} />,
      sortBy: ({ state }) => state,
    },
    ...own,
    {
      key: "provider",
      title: "Provider",
      cell: ({ provider }) => provider.name,
      sortBy: ({ provider }) => provider.name,
      wide: true,
    },
    { key: "region", title: "Region", cell: (row) => row.region, sortBy: (row) => row.region, wide: true },
    {
      key: "seen",
      title: "Seen",
      cell: ({ observedAt }) => <When time={observedAt} />,
      sortBy: ({ observedAt }) => observedAt,
      wide: true,
    },
  ];
}

const GONE = new Set(["DELETED"]);

interface StoredPage<T> {
  readonly nodes: readonly T[];
  readonly totalCount: number;
  readonly sources: readonly AnswerReceipt[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface StoredTableProps<Result, T> {
  readonly route: Route;
  readonly noun: string;
  readonly document: Document<Result, { after?: string | null }>;
  readonly pick: (data: Result) => StoredPage<T> | null;
  readonly columns: readonly Column<T>[];
  /** What else of a row the filter looks at. */
  readonly wordsOfRow?: (row: T) => string;
  /** With another one, the list is read again. */
  readonly version?: number;
  /** Beside *Refresh*. */
  readonly actions?: ComponentChildren;
}

export function StoredTable<Result, T extends Stored>(props: StoredTableProps<Result, T>) {
  const { route, noun, document, pick, columns, wordsOfRow, version = 0 } = props;
  useClock();
  const pages = usePages();
  const { data, error, loading, reload } = useQuery(document, { after: pages.after });
  useEffect(() => {
    if (data) void reload();
  }, [version]);
  const page = data && pick(data);
  const search = route.query.get("q") ?? "";
  const words = wordsOf(search);
  const all = (page?.nodes ?? []).filter(({ state }) => !GONE.has(state));
  const shown = all.filter((row) =>
    hasWords(
      [row.name, row.region, row.state, row.provider.name, wordsOfRow?.(row)].join("\n"),
      words,
    ),
  );
  const sort = sortOf(route);
  return (
    <>
      <Failure error={error} onRetry={() => void reload()} shown={data !== null} />
      <Unanswered receipts={page?.sources ?? []} />
      <div class="bar">
        <input
          type="search"
          class="filter"
          aria-label="Filter"
          placeholder="Filter: name, provider …"
          value={search}
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
        <span role="status" class="count">
          {loading && !data ? "Reading …" : count(shown.length, noun)}
          {page?.pageInfo.hasNextPage && ` of ${page.totalCount.toLocaleString("en")}`}
        </span>
        <button type="button" disabled={loading} onClick={() => void reload()}>
          Refresh
        </button>
        {props.actions}
        <ViewQuery query={() => storageQuery(noun, search)} />
      </div>
      <Table
        label={`${inWords(noun)}s`}
        columns={columns}
        rows={sorted(shown, columns, sort)}
        rowKey={({ id }) => id}
        rowClass={({ stale }) => (stale ? "stale" : "")}
        sort={sort}
        onSort={setSort}
        empty={<p>{emptyText(noun, loading, error, all.length, page?.sources ?? [])}</p>}
      />
      <Pager pages={pages} info={page?.pageInfo} backLabel="Back" nextLabel="More" />
    </>
  );
}

function emptyText(
  noun: string,
  loading: boolean,
  error: Error | null,
  all: number,
  sources: readonly AnswerReceipt[],
): string {
  if (all) return `No ${noun} matches.`;
  if (loading) return "Asking the clouds …";
  if (sources.some(({ status }) => status === "FAILED")) {
    return `No ${noun} is known: not every source answered.`;
  }
  return error ? "Nothing could be read." : `Your providers list no ${noun}.`;
}
