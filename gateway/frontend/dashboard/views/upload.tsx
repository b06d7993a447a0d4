/** Uploads a file into a folder of a bucket. */
import { useEffect, useRef, useState } from "preact/hooks";

import { bytesInWords } from "../data/text.ts";
import { openTab, signUpload, type UploadState, uploadIn } from "../data/upload.ts";
import { useAct } from "../parts/act.ts";
import { useStores } from "../parts/context.ts";
import { Dialog } from "../parts/dialog.tsx";

interface UploadProps {
  readonly bucket: string;
  readonly prefix: string;
  /** Whether the page that is shown has an object with this key. */
  readonly exists: (key: string) => boolean;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const STATES: Record<UploadState, string> = {
  UPLOADING: "Uploading in another tab. Keep it open.",
  DONE: "Uploaded.",
  REFUSED: "The store did not take the file. Its answer is in the other tab.",
  CLOSED: "The other tab was closed before the store answered. Refresh the list to see what it has.",
};

export function UploadDialog({ bucket, prefix, exists, onDone, onClose }: UploadProps) {
  const { gateway } = useStores();
  const { busy, failure, run } = useAct();
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState("");
  const [state, setState] = useState<UploadState | null>(null);
  const end = useRef(() => {});
  useEffect(() => () => end.current(), []);
  const done = state === "DONE"; // the list then has it: that is no other object of this name
  const replaces = !done && name !== "" && exists(prefix + name);
  const waits = busy || state === "UPLOADING";

  const changed = (next: UploadState) => {
    setState(next);
    if (next === "DONE") onDone();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (!file || waits) return;
    void run(async () => {
      end.current();
      const opened = openTab();
      try {
        const ticket = await signUpload(gateway, bucket, prefix + name, file, location.protocol);
        end.current = uploadIn(opened, gateway.addresses.upload, ticket, file, changed);
      } catch (error) {
        opened.tab.close();
        throw error;
      }
    });
  };
  return (
    <Dialog title="Upload" onClose={onClose}>
      <form onSubmit={submit}>
        <label>
          File
          <input
            type="file"
            required
            onChange={({ currentTarget }) => {
              const chosen = currentTarget.files?.[0] ?? null;
              setFile(chosen);
              setName(chosen?.name ?? "");
              setState(null);
            }}
          />
        </label>
        <label>
          {prefix ? `Name in ${prefix}` : "Name in the bucket"}
          <input value={name} required onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        {replaces && (
          <p class="notice warn">
            There is an object of this name. The upload replaces it, or adds a version where the
            bucket keeps them.
          </p>
        )}
        <p role="status">
          {state ? `${STATES[state]}${done ? " Choose another file, or close." : ""}` : file && `${bytesInWords(file.size)}, sent to the store by this browser.`}
        </p>
        {failure && <p class="notice bad" role="alert">{failure}</p>}
        <footer>
          <button type="button" onClick={onClose}>
            Close
          </button>
          {!done && (
            <button type="submit" class={replaces ? "danger" : "primary"} disabled={waits || !file}>
              {replaces ? "Replace" : "Upload"}
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}
