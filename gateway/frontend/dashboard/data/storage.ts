/** Buckets with their objects, volumes and snapshots. */
import type { Gateway } from "../api/gateway.ts";
import { graphql, type ResultOf } from "../api/graphql.ts";
import { accepted, dryRunOf, jobOf } from "../api/post.ts";
import { sourceFields } from "./receipts.ts";
import type { Verdict } from "./verdict.ts";

export const bucketsQuery = graphql(
  `query Buckets($after: String) {
    buckets(first: 500, after: $after, maxAge: 60) {
      nodes { id name region state versioning public stale observedAt provider { id name } }
      totalCount
      sources { ...SourceFields }
      pageInfo { hasNextPage endCursor }
    }
  }`,
  [sourceFields],
);
export const volumesQuery = graphql(
  `query Volumes($after: String) {
    volumes(first: 500, after: $after, maxAge: 60) {
      nodes {
        id name externalId region state size type encrypted stale observedAt
        provider { id name }
        machine { id name externalId }
        location { name }
      }
      totalCount
      sources { ...SourceFields }
      pageInfo { hasNextPage endCursor }
    }
  }`,
  [sourceFields],
);
export const snapshotsQuery = graphql(
  `query Snapshots($after: String) {
    snapshots(first: 500, after: $after, maxAge: 60) {
      nodes {
        id name externalId region state size stale createdAt observedAt
        provider { id name }
        volume { id name externalId }
      }
      totalCount
      sources { ...SourceFields }
      pageInfo { hasNextPage endCursor }
    }
  }`,
  [sourceFields],
);
export const objectsQuery = graphql(`query Objects($bucket: ID!, $prefix: String, $after: String) {
  bucket(id: $bucket, maxAge: 3600) {
    id name region
    provider { id name }
    objects(prefix: $prefix, delimiter: "/", first: 200, after: $after) {
      nodes { key size lastModified storageClass }
      prefixes
      pageInfo { hasNextPage endCursor }
    }
  }
}`);
const download = graphql(`mutation Download($input: CreateDownloadUrlInput!) {
  createDownloadUrl(input: $input) { url expiresAt errors { message } }
}`);
const deleteObject = graphql(`mutation DeleteObject($input: DeleteObjectInput!) {
  deleteObject(input: $input) { errors { message } }
}`);
const deleteBucket = graphql(`mutation DeleteBucket($input: DeleteBucketInput!) {
  deleteBucket(input: $input) {
    job { id } dryRun { allowed checks { name ok message } } errors { message }
  }
}`);

export type Bucket = NonNullable<ResultOf<typeof bucketsQuery>["buckets"]>["nodes"][number];
export type Volume = NonNullable<ResultOf<typeof volumesQuery>["volumes"]>["nodes"][number];
export type Snapshot = NonNullable<ResultOf<typeof snapshotsQuery>["snapshots"]>["nodes"][number];
type BucketFound = NonNullable<ResultOf<typeof objectsQuery>["bucket"]>;
export type ObjectPage = NonNullable<BucketFound["objects"]>;

export interface Link {
  readonly url: string;
  readonly expiresAt: string | null;
}

/** A link that downloads the object without a login. Throws the gateway's reason. */
export async function downloadLink(gateway: Gateway, bucket: string, key: string): Promise<Link> {
  const { createDownloadUrl } = await gateway.execute(download, { input: { bucket, key } });
  const { url, expiresAt } = accepted(createDownloadUrl);
  if (!url) throw new Error("The gateway sent no link.");
  return { url, expiresAt: expiresAt ?? null };
}

/** Deletes it at once; a store that keeps versions keeps its earlier ones. Throws the gateway's reason. */
export async function removeObject(gateway: Gateway, bucket: string, key: string): Promise<void> {
  accepted((await gateway.execute(deleteObject, { input: { bucket, key } })).deleteObject);
}

/** What is deleted: the bucket, and with `force` its objects, all their versions too. */
export interface BucketDeletion {
  readonly id: string;
  readonly force: boolean;
}

/** Asks what would happen. Throws the gateway's reason if it refuses the question. */
export async function tryBucketDeletion(gateway: Gateway, deletion: BucketDeletion): Promise<Verdict> {
  const input = { ...deletion, dryRun: true };
  const dryRun = dryRunOf(accepted((await gateway.execute(deleteBucket, { input })).deleteBucket));
  const shown = dryRun.checks.filter(({ name, ok }) => !ok || name === "cloud"); // of its objects
  return { allowed: dryRun.allowed, words: shown.map(({ message }) => message) };
}

/** Submits the job, and returns its id. The same `key` never makes a second job. */
export async function submitBucketDeletion(
  gateway: Gateway,
  deletion: BucketDeletion,
  key: string,
): Promise<readonly string[]> {
  const input = { ...deletion, idempotencyKey: key };
  return [jobOf(accepted((await gateway.execute(deleteBucket, { input })).deleteBucket))];
}

/** The folders of `a/b/c/`: the text of each, and the prefix that it stands for. */
export function foldersOf(prefix: string): { readonly text: string; readonly prefix: string }[] {
  const parts = prefix.split("/");
  if (parts.at(-1) === "") parts.pop();
  return parts.map((text, index) => ({
    text: text || "(empty)",
    prefix: `${parts.slice(0, index + 1).join("/")}/`,
  }));
}

/** What comes after the prefix, as a folder lists it. */
export const within = (key: string, prefix: string) => key.slice(prefix.length) || "(empty)";
