/** Deletes a bucket, with its objects if that is wanted, after a dry run. */
import { useState } from "preact/hooks";

import { submitBucketDeletion, tryBucketDeletion } from "../data/storage.ts";
import { useStores } from "../parts/context.ts";
import { RequestDialog } from "../parts/request_dialog.tsx";

interface DeleteBucketProps {
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function DeleteBucketDialog({ id, name, onClose, onDone }: DeleteBucketProps) {
  const { gateway } = useStores();
  const [force, setForce] = useState(false);
  return (
    <RequestDialog
      title={`Delete ${name}`}
      label={force ? "Delete with its objects" : "Delete"}
      progressive={force ? `Deleting ${name} with its objects` : `Deleting ${name}`}
      request={{ id, force }}
      ask={(request) => tryBucketDeletion(gateway, request)}
      send={(request, key) => submitBucketDeletion(gateway, request, key)}
      word={name}
      isGrave={force}
      onClose={onClose}
      onDone={onDone}
    >
      <label>
        <input
          type="checkbox"
          checked={force}
          onChange={(event) => setForce(event.currentTarget.checked)}
        />{" "}
        Force: delete its objects first, all their versions too
      </label>
    </RequestDialog>
  );
}
