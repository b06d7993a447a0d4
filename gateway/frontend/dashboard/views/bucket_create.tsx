/** Creates a bucket, after a dry run. */
import { useState } from "preact/hooks";

import { canCreate, submitBucket, tryBucket } from "../data/creations.ts";
import { useStores } from "../parts/context.ts";
import { useSettled } from "../parts/query.ts";
import { RequestDialog } from "../parts/request_dialog.tsx";

/** Nothing where no provider can create buckets, or the viewer may not. */
export function CreateBucketButton() {
  const { providers } = useStores();
  const [isOpen, setOpen] = useState(false);
  if (!providers.rows.all.some((provider) => canCreate(provider, "CREATE_BUCKET"))) return null;
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Create a bucket
      </button>
      {isOpen && <CreateBucketDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function CreateBucketDialog({ onClose }: { onClose: () => void }) {
  const { gateway, providers } = useStores();
  const stores = providers.rows.all.filter((provider) => canCreate(provider, "CREATE_BUCKET"));
  const [entered, setEntered] = useState({
    provider: stores[0]?.id ?? "", region: "", name: "", public: false, versioning: false,
  });
  const change = (changes: Partial<typeof entered>) => setEntered({ ...entered, ...changes });
  const regions = stores.find(({ id }) => id === entered.provider)?.regions ?? [];
  const order = { ...entered, name: entered.name.trim(), region: entered.region || regions[0] };
  const settled = useSettled(JSON.stringify(order));
  return (
    <RequestDialog
      title="Create a bucket"
      label="Create"
      progressive={`Creating ${order.name}`}
      request={order.name && settled === JSON.stringify(order) ? order : null}
      ask={(asked) => tryBucket(gateway, asked)}
      send={(asked, key) => submitBucket(gateway, asked, key)}
      onClose={onClose}
      onDone={onClose}
    >
      <label>
        Name
        <input
          value={entered.name}
          required
          maxLength={255}
          autocomplete="off"
          onInput={(event) => change({ name: event.currentTarget.value })}
        />
      </label>
      <div class="columns">
        <label>
          Provider
          <select
            value={entered.provider}
            onChange={(event) => change({ provider: event.currentTarget.value, region: "" })}
          >
            {stores.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Region
          <select value={order.region} onChange={(event) => change({ region: event.currentTarget.value })}>
            {regions.map((region) => (
              <option key={region} value={region}>
                {region}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label>
        <input
          type="checkbox"
          checked={entered.versioning}
          onChange={(event) => change({ versioning: event.currentTarget.checked })}
        />{" "}
        Keep earlier versions of its objects
      </label>
      <label>
        <input
          type="checkbox"
          checked={entered.public}
          onChange={(event) => change({ public: event.currentTarget.checked })}
        />{" "}
        Everybody may read its objects
      </label>
    </RequestDialog>
  );
}
