/** Buckets with their objects, volumes and snapshots of all clouds. */
import type { ComponentChildren } from "preact";

import type { Document } from "../api/graphql.ts";
import type { AnswerReceipt } from "../api/post.ts";
import {
  type Bucket,
  bucketsQuery,
  type Snapshot,
  snapshotsQuery,
  type Volume,
  volumesQuery,
} from "../data/storage.ts";
import { ago, count, hasWords, wordsOf } from "../data/text.ts";
import { useClock } from "../parts/context.ts";
import { Failure, Unanswered } from "../parts/failure.tsx";
import { Pager, usePages } from "../parts/pager.tsx";
import { useQuery } from "../parts/query.ts";
import { inWords, State } from "../parts/state.tsx";
import { type Column, setSort, sorted, sortOf, Table } from "../parts/table.tsx";
import { hrefOf, type Route, setQuery } from "../route.ts";
import { BucketView } from "./bucket.tsx";

export function Storage({ route }: { route: Route }) {
  const bucket = route.query.get("bucket");
  const show = route.query.get("show") ?? "";
  if (bucket) {
    const prefix = route.query.get("prefix") ?? "";
    return <BucketView key={`${bucket} ${prefix}`} bucket={bucket} prefix={prefix} />;
  }
  return (
    <main class="full">
      <h1>Storage</h1>
      <nav class="tabs" aria-label="Kinds of storage">
        {TABS.map(([path, title]) => (
          <a
            key={path}
            href={hrefOf("storage", { show: path })}
            aria-current={show === path ? "page" : undefined}
          >
            {title}
          </a>
        ))}
      </nav>
      {show === "" && <Buckets key={show} route={route} />}
      {show === "volumes" && <Volumes key={show} route={route} />}
      {show === "snapshots" && <Snapshots key={show} route={route} />}
    </main>
  );
}

const TABS: readonly (readonly [string, string])[] = [
  ["", "Buckets"],
  ["volumes", "Volumes"],
  ["snapshots", "Snapshots"],
];

interface Stored {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly state: string;
  readonly stale: boolean;
  readonly observedAt: string;
  readonly provider: { readonly name: string };
}

function Buckets({ route }: { route: Route }) {
  return (
    <StoredTable
      route={route}
      noun="bucket"
      document={bucketsQuery}
      pick={({ buckets }) => buckets}
      columns={withShared<Bucket>(
        ({ id, name }) => <a href={hrefOf("storage", { bucket: id })}>{name}</a>,
        [
          {
            key: "public",
            title: "Public",
            cell: (bucket) => YES_NO[String(bucket.public)] ?? "Not known",
            sortBy: (bucket) => String(bucket.public),
          },
          {
            key: "versioning",
            title: "Versions",
            cell: ({ versioning }) => (versioning ? inWords(versioning) : ""),
            sortBy: ({ versioning }) => versioning,
            wide: true,
          },
        ],
      )}
    />
  );
}

const YES_NO: Record<string, string> = { true: "Yes", false: "No" };

function Volumes({ route }: { route: Route }) {
  return (
    <StoredTable
      route={route}
      noun="volume"
      document={volumesQuery}
      pick={({ volumes }) => volumes}
      columns={withShared<Volume>(({ name, externalId }) => name || externalId, [
        sizeColumn<Volume>(),
        {
          key: "machine",
          title: "Machine",
          cell: ({ machine }) =>
            machine && (
              <a href={hrefOf("machine", { id: machine.id })}>{machine.name || machine.externalId}</a>
            ),
          sortBy: ({ machine }) => machine?.name,
        },
        { key: "type", title: "Type", cell: ({ type }) => type, sortBy: ({ type }) => type, wide: true },
        {
          key: "encrypted",
          title: "Encrypted",
          cell: ({ encrypted }) => YES_NO[String(encrypted)],
          wide: true,
        },
      ])}
    />
  );
}

function Snapshots({ route }: { route: Route }) {
  return (
    <StoredTable
      route={route}
      noun="snapshot"
      document={snapshotsQuery}
      pick={({ snapshots }) => snapshots}
      columns={withShared<Snapshot>(({ name, externalId }) => name || externalId, [
        sizeColumn<Snapshot>(),
        {
          key: "volume",
          title: "Of volume",
          cell: ({ volume }) => volume && (volume.name || volume.externalId),
          sortBy: ({ volume }) => volume?.name,
        },
        {
          key: "created",
          title: "Created",
          cell: ({ createdAt }) => ago(createdAt),
          sortBy: ({ createdAt }) => createdAt,
          wide: true,
        },
      ])}
    />
  );
}

function sizeColumn<T extends { readonly size: number | null }>(): Column<T> {
  return {
    key: "size",
    title: "GiB",
    cell: ({ size }) => size?.toLocaleString("en"),
    sortBy: ({ size }) => size,
    numeric: true,
  };
}

/** Name and state first, then what is particular, then where it is. */
function withShared<T extends Stored>(
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
      cell: ({ observedAt }) => ago(observedAt),
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
}

function StoredTable<Result, T extends Stored>(props: StoredTableProps<Result, T>) {
  const { route, noun, document, pick, columns } = props;
  useClock();
  const pages = usePages();
  const { data, error, loading, reload } = useQuery(document, { after: pages.after });
  const page = data && pick(data);
  const search = route.query.get("q") ?? "";
  const words = wordsOf(search);
  const all = (page?.nodes ?? []).filter(({ state }) => !GONE.has(state));
  const shown = all.filter(({ name, region, state, provider }) =>
    hasWords([name, region, state, provider.name].join("\n"), words),
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
          placeholder="Filter: words of a name, a provider …"
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
      </div>
      <Table
        label={`${inWords(noun)}s`}
        columns={columns}
        rows={sorted(shown, columns, sort)}
        rowKey={({ id }) => id}
        rowClass={({ stale }) => (stale ? "stale" : "")}
        sort={sort}
        onSort={setSort}
        empty={<p>{emptyText(noun, loading, error, all.length)}</p>}
      />
      <Pager pages={pages} info={page?.pageInfo} backLabel="Back" nextLabel="More" />
    </>
  );
}

function emptyText(noun: string, loading: boolean, error: Error | null, all: number): string {
  if (all) return `No ${noun} matches.`;
  if (loading) return "Asking the clouds …";
  return error ? "Nothing could be read." : `Your providers list no ${noun}.`;
}
