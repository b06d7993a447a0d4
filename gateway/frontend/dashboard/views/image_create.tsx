/** Creates an image of a machine, after a dry run. */
import { useState } from "preact/hooks";

import { nameOf } from "../data/actions.ts";
import { submitImage, tryImage } from "../data/creations.ts";
import type { Machine } from "../data/fleet.ts";
import { useStores } from "../parts/context.ts";
import { useSettled } from "../parts/query.ts";
import { RequestDialog } from "../parts/request_dialog.tsx";

export function CreateImageButton({ machine }: { machine: Machine }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Create an image
      </button>
      {isOpen && <CreateImageDialog machine={machine} onClose={() => setOpen(false)} />}
    </>
  );
}

function CreateImageDialog({ machine, onClose }: { machine: Machine; onClose: () => void }) {
  const { gateway } = useStores();
  const [name, setName] = useState(`${nameOf(machine)}-${new Date().toISOString().slice(0, 10)}`);
  const settled = useSettled(name.trim());
  const order = { machine: machine.id, name: settled };
  return (
    <RequestDialog
      title={`Create an image of ${nameOf(machine)}`}
      label="Create"
      progressive={`Creating an image of ${nameOf(machine)}`}
      request={settled && settled === name.trim() ? order : null}
      ask={(asked) => tryImage(gateway, asked)}
      send={(asked, key) => submitImage(gateway, asked, key)}
      onClose={onClose}
      onDone={onClose}
    >
      {machine.state === "RUNNING" && (
        <p class="notice warn">
          It is running: the image has the content of its disks at that moment, as after a power failure. Stop it
          first to include what its programs have not written yet.
        </p>
      )}
      <label>
        Name of the image
        <input
          value={name}
          required
          maxLength={255}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
    </RequestDialog>
  );
}
