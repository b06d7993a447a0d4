/** Deletes a bucket, with its objects if that is wanted, after a dry run. */
import { useState } from "preact/hooks";

import { newKey } from "../data/actions.ts";
import { submitBucketDeletion, tryBucketDeletion } from "../data/storage.ts";
import { spaced } from "../data/text.ts";
import { useStores } from "../parts/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { TypedWord } from "../parts/typed_word.tsx";
import { useVerdict } from "../parts/verdict.ts";

interface DeleteBucketProps {
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function DeleteBucketDialog({ id, name, onClose, onDone }: DeleteBucketProps) {
  const { gateway, submissions } = useStores();
  const [key] = useState(newKey);
  const [force, setForce] = useState(false);
  const [typed, setTyped] = useState("");
  const deletion = { id, force };
  const { verdict, failure } = useVerdict(JSON.stringify(deletion), () =>
    tryBucketDeletion(gateway, deletion),
  );
  const ready = verdict?.allowed === true && spaced(typed) === spaced(name);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!ready) return;
    const what = force ? `Deleting ${name} with its objects` : `Deleting ${name}`;
    submissions.add(key, what, () => submitBucketDeletion(gateway, deletion, key));
    onDone();
  };
  return (
    <Dialog title={`Delete ${name}`} onClose={onClose}>
      <form onSubmit={submit}>
        <label>
          <input
            type="checkbox"
            checked={force}
            onChange={(event) => setForce(event.currentTarget.checked)}
          />{" "}
          Force: delete its objects first, all their versions too
        </label>
        {failure && <p class="notice bad" role="alert">The dry run failed. {failure}</p>}
        <div role="status">
          {!verdict && !failure && "Asking the store …"}
          {verdict?.words.map((each) => (
            <p key={each} class={verdict.allowed && !force ? "" : "notice warn"}>
              {each}
            </p>
          ))}
        </div>
        <TypedWord word={name} typed={typed} onTyped={setTyped}>
          This cannot be undone.{" "}
        </TypedWord>
        <footer>
          <button type="button" onClick={onClose}>
            Close
          </button>
          <button type="submit" class="danger" disabled={!ready}>
            {force ? "Delete with its objects" : "Delete"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
