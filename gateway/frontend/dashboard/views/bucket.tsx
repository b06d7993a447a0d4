/** The objects of a bucket, folder by folder; each can be downloaded by a link. */
import { useEffect, useState } from "preact/hooks";

import {
  downloadLink,
  foldersOf,
  type Link,
  type ObjectPage,
  objectsQuery,
  within,
} from "../data/storage.ts";
import { bytesInWords, clock } from "../data/text.ts";
import { objectsQueryText } from "../data/view_queries.ts";
import { useAct } from "../parts/act.ts";
import { useClock, useStores } from "../parts/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Failure, Unanswered } from "../parts/failure.tsx";
import { Pager, usePages } from "../parts/pager.tsx";
import { useQuery } from "../parts/query.ts";
import { ScrollTable } from "../parts/scroll_table.tsx";
import { ViewQuery } from "../parts/view_query.tsx";
import { When } from "../parts/when.tsx";
import { hrefOf } from "../route.ts";
import { UploadDialog } from "./upload.tsx";

interface BucketProps {
  readonly bucket: string;
  readonly prefix: string;
}

export function BucketView({ bucket, prefix }: BucketProps) {
  useClock();
  const pages = usePages();
  const [uploading, setUploading] = useState(false);
  const { data, receipts, error, loading, reload } = useQuery(objectsQuery, {
    bucket,
    prefix: prefix || null,
    after: pages.after,
  });
  const found = data?.bucket;
  const page = found?.objects;
  const isEmpty = page && !page.nodes.length && !page.prefixes.length;
  return (
    <main class="full">
      <h1>{found?.name ?? "Bucket"}</h1>
      <nav class="tabs" aria-label="Folders">
        <a href={hrefOf("storage")}>Buckets</a>
        <a href={hrefOf("storage", { bucket })} aria-current={prefix ? undefined : "page"}>
          {found?.name ?? "Bucket"}
        </a>
        {foldersOf(prefix).map((folder) => (
          <a
            key={folder.prefix}
            href={hrefOf("storage", { bucket, prefix: folder.prefix })}
            aria-current={folder.prefix === prefix ? "page" : undefined}
          >
            {folder.text}
          </a>
        ))}
      </nav>
      <Failure error={error} onRetry={() => void reload()} shown={data !== null} />
      <Unanswered receipts={receipts} />
      <div class="bar">
        <span role="status" class="count">
          {loading && !data ? "Reading …" : found && `${found.provider.name}, ${found.region}`}
        </span>
        {found && (
          <button type="button" class="primary" onClick={() => setUploading(true)}>
            Upload
          </button>
        )}
        <button type="button" disabled={loading} onClick={() => void reload()}>
          Refresh
        </button>
        <ViewQuery query={() => objectsQueryText(bucket, prefix)} />
      </div>
      {data && !found && <p>There is no such bucket, or you may not see it.</p>}
      {isEmpty && <p>{prefix ? "Nothing is in this folder." : "The bucket is empty."}</p>}
      {page && !isEmpty && <Objects page={page} bucket={bucket} prefix={prefix} />}
      <Pager pages={pages} info={page?.pageInfo} backLabel="Back" nextLabel="More" />
      {uploading && (
        <UploadDialog
          bucket={bucket}
          prefix={prefix}
          exists={(key) => page?.nodes.some((object) => object.key === key) ?? false}
          onDone={() => void reload()}
          onClose={() => setUploading(false)}
        />
      )}
    </main>
  );
}

function Objects({ page, bucket, prefix }: BucketProps & { page: ObjectPage }) {
  const [wanted, setWanted] = useState<string | null>(null);
  return (
    <>
      <ScrollTable
        label="Objects"
        heads={[["Name"], ["Size", "numeric"], ["Changed", "wide"], ["Class", "wide"]]}
        actions
      >
        {page.prefixes.map((folder) => (
          <tr key={folder}>
            <td colSpan={5}>
              <a href={hrefOf("storage", { bucket, prefix: folder })}>{within(folder, prefix)}</a>
            </td>
          </tr>
        ))}
        {page.nodes.map(({ key, size, lastModified, storageClass }) => (
          <tr key={key}>
            <td class="key">{within(key, prefix)}</td>
            <td class="numeric">{bytesInWords(size)}</td>
            <td class="wide">
              <When time={lastModified} />
            </td>
            <td class="wide">{storageClass}</td>
            <td>
              <button
                type="button"
                aria-label={`Download ${within(key, prefix)}`}
                onClick={() => setWanted(key)}
              >
                Download
              </button>
            </td>
          </tr>
        ))}
      </ScrollTable>
      {wanted !== null && (
        <DownloadDialog bucket={bucket} objectKey={wanted} onClose={() => setWanted(null)} />
      )}
    </>
  );
}

interface DownloadProps {
  readonly bucket: string;
  readonly objectKey: string;
  readonly onClose: () => void;
}

function DownloadDialog({ bucket, objectKey, onClose }: DownloadProps) {
  const { gateway } = useStores();
  const { busy, failure, run } = useAct();
  const [link, setLink] = useState<Link | null>(null);
  const sign = () => run(async () => setLink(await downloadLink(gateway, bucket, objectKey)));
  useEffect(() => void sign(), []);
  return (
    <Dialog title="Download" onClose={onClose}>
      <p class="key">{objectKey}</p>
      {link ? (
        <p>
          <a href={link.url} target="_blank" rel="noopener noreferrer" download="">
            Download from its store
          </a>{" "}
          Whoever has the link can download the object
          {link.expiresAt && `, until ${clock(link.expiresAt)}`}. What a browser can show opens in a new
          tab: save it from there.
        </p>
      ) : (
        <p role="status">Signing a link that is good for 15 minutes …</p>
      )}
      {failure && <p class="notice bad" role="alert">{failure}</p>}
      <footer>
        <button type="button" onClick={onClose}>
          Close
        </button>
        {!link && (
          <button type="button" class="primary" disabled={busy} onClick={() => void sign()}>
            {busy ? "Signing …" : "Sign again"}
          </button>
        )}
      </footer>
    </Dialog>
  );
}
