/** Buckets with their objects, volumes and snapshots of all clouds. */
import { endedJobs } from "../data/jobs.ts";
import { type Bucket, bucketsQuery, type Snapshot, snapshotsQuery } from "../data/storage.ts";
import { useChanges, useStores } from "../parts/context.ts";
import { inWords } from "../parts/state.tsx";
import type { Column } from "../parts/table.tsx";
import { When } from "../parts/when.tsx";
import { hrefOf, type Route } from "../route.ts";
import { BucketView } from "./bucket.tsx";
import { CreateBucketButton } from "./bucket_create.tsx";
import { StoredTable, withShared } from "./stored_table.tsx";
import { Volumes } from "./volumes.tsx";

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
      {show === "volumes" && <Volumes key={show} route={route} size={sizeColumn()} />}
      {show === "snapshots" && <Snapshots key={show} route={route} />}
    </main>
  );
}

const TABS: readonly (readonly [string, string])[] = [
  ["", "Buckets"],
  ["volumes", "Volumes"],
  ["snapshots", "Snapshots"],
];

function Buckets({ route }: { route: Route }) {
  const { jobs, providers } = useStores();
  useChanges(jobs.rows, providers.rows);
  return (
    <StoredTable
      route={route}
      actions={<CreateBucketButton />}
      noun="bucket"
      document={bucketsQuery}
      pick={({ buckets }) => buckets}
      version={endedJobs(jobs.rows.all, /^bucket\./)}
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
          cell: ({ createdAt }) => <When time={createdAt} />,
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
    wide: true,
  };
}
