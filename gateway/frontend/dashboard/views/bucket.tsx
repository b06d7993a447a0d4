/** The objects of a bucket, folder by folder; each can be downloaded by a link. */
import { useEffect, useState } from "preact/hooks";

import {
  downloadLink,
  foldersOf,
  type Link,
  type ObjectPage,
  objectsQuery,
  removeObject,
  within,
} from "../data/storage.ts";
import { bytesInWords, clock } from "../data/text.ts";
import { objectsQueryText } from "../data/view_queries.ts";
import { useAct } from "../parts/act.ts";
import { useChanges, useClock, useStores } from "../parts/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Failure, Unanswered } from "../parts/failure.tsx";
import { Pager, usePages } from "../parts/pager.tsx";
import { useQuery } from "../parts/query.ts";
import { ScrollTable } from "../parts/scroll_table.tsx";
import { TypedDialog } from "../parts/typed.tsx";
import { ViewQuery } from "../parts/view_query.tsx";
import { When } from "../parts/when.tsx";
import { go, hrefOf } from "../route.ts";
import { DeleteBucketDialog } from "./bucket_delete.tsx";
import { UploadDialog } from "./upload.tsx";

interface BucketProps {
  readonly bucket: string;
  readonly prefix: string;
}

export function BucketView({ bucket, prefix }: BucketProps) {
  const { providers } = useStores();
  useChanges(providers.rows);
  useClock();
  const pages = usePages();
  const [asked, setAsked] = useState<"upload" | "delete" | null>(null);
  const { data, receipts, error, loading, reload } = useQuery(objectsQuery, {
    bucket,
    prefix: prefix || null,
    after: pages.after,
  });
  const found = data?.bucket;
  const page = found?.objects;
  const can = new Set<string>(providers.rows.get(found?.provider.id ?? "")?.kind.capabilities);
  const close = () => setAsked(null);
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
        {can.has("SIGN_UPLOAD") && (
          <button type="button" class="primary" onClick={() => setAsked("upload")}>
            Upload
          </button>
        )}
        <button type="button" disabled={loading} onClick={() => void reload()}>
          Refresh
        </button>
        <ViewQuery query={() => objectsQueryText(bucket, prefix)} />
        {can.has("DELETE_BUCKET") && (
          <button type="button" class="danger" onClick={() => setAsked("delete")}>
            Delete the bucket
          </button>
        )}
      </div>
      {data && !found && <p>There is no such bucket, or you may not see it.</p>}
      {isEmpty && <p>{prefix ? "Nothing is in this folder." : "The bucket is empty."}</p>}
      {page && !isEmpty && (
        <Objects page={page} bucket={bucket} prefix={prefix} can={can} reload={reload} />
      )}
      <Pager pages={pages} info={page?.pageInfo} backLabel="Back" nextLabel="More" />
      {asked === "upload" && (
        <UploadDialog
          bucket={bucket}
          prefix={prefix}
          exists={(key) => page?.nodes.some((object) => object.key === key) ?? false}
          onDone={() => void reload()}
          onClose={close}
        />
      )}
      {asked === "delete" && found && (
        <DeleteBucketDialog
          id={found.id}
          name={found.name}
          onClose={close}
          onDone={() => go("storage")}
        />
      )}
    </main>
  );
}

interface ObjectsProps extends BucketProps {
  readonly page: ObjectPage;
  /** The capabilities of the provider's kind. */
  readonly can: ReadonlySet<string>;
  readonly reload: () => Promise<void>;
}

function Objects({ page, bucket, prefix, can, reload }: ObjectsProps) {
  const { gateway } = useStores();
  const [asked, setAsked] = useState<{ key: string; to: "download" | "delete" } | null>(null);
  const close = () => setAsked(null);
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
              {can.has("SIGN_DOWNLOAD") && (
                <button
                  type="button"
                  class="small"
                  aria-label={`Download ${within(key, prefix)}`}
                  onClick={() => setAsked({ key, to: "download" })}
                >
                  Download
                </button>
              )}
              {can.has("DELETE_OBJECT") && (
                <button
                  type="button"
                  class="small"
                  aria-label={`Delete ${within(key, prefix)}`}
                  onClick={() => setAsked({ key, to: "delete" })}
                >
                  Delete
                </button>
              )}
            </td>
          </tr>
        ))}
      </ScrollTable>
      {asked?.to === "download" && (
        <DownloadDialog bucket={bucket} objectKey={asked.key} onClose={close} />
      )}
      {asked?.to === "delete" && (
        <TypedDialog
          title="Delete an object"
          word={within(asked.key, prefix)}
          button="Delete"
          work={async () => {
            await removeObject(gateway, bucket, asked.key);
            await reload();
          }}
          onClose={close}
        >
          <p class="key">{asked.key}</p>
          <p>This cannot be undone, unless the bucket keeps versions.</p>
        </TypedDialog>
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
          Anyone with the link can download the object
          {link.expiresAt && `, until ${clock(link.expiresAt)}`}. What a browser can show opens in a new
          tab: save it from there.
        </p>
      ) : (
        <p role="status">Signing a link that is valid for 15 minutes …</p>
      )}
      {failure && <p class="notice bad" role="alert">{failure}</p>}
      <footer>
        <button type="button" onClick={onClose}>
          Close
        </button>
        {link ? (
          <a class="button primary" href={link.url} target="_blank" rel="noopener noreferrer" download="">
            Download from its store
          </a>
        ) : (
          <button type="button" class="primary" disabled={busy} onClick={() => void sign()}>
            {busy ? "Signing …" : "Sign again"}
          </button>
        )}
      </footer>
    </Dialog>
  );
}
