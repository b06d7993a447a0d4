/** Attaches or detaches a volume, or takes a snapshot of it, after a dry run. */
import { useState } from "preact/hooks";

import { newKey } from "../data/actions.ts";
import type { Volume } from "../data/storage.ts";
import {
  LABELS,
  machinesFor,
  submitVolume,
  tryVolume,
  type VolumeAction,
  type VolumeRequest,
} from "../data/volume_actions.ts";
import { useStores } from "../parts/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useSettled } from "../parts/query.ts";
import { useVerdict } from "../parts/verdict.ts";

interface VolumeDialogProps {
  readonly action: VolumeAction;
  readonly volume: Volume;
  /** The id of the machine that the volume is wanted for, if one is. */
  readonly machine: string;
  readonly onClose: () => void;
}

export function VolumeDialog({ action, volume, machine, onClose }: VolumeDialogProps) {
  const { gateway, submissions } = useStores();
  const name = volume.name || volume.externalId;
  const [key] = useState(newKey);
  const [chosen, setChosen] = useState(initial(action, name, machine));
  const request = { action, volume: volume.id, chosen: useSettled(chosen.trim()) };
  const { verdict, failure } = useVerdict(
    JSON.stringify(request),
    isWhole(request) ? () => tryVolume(gateway, request) : null,
  );
  const ready = verdict?.allowed === true && request.chosen === chosen.trim();
  const submit = (event: Event) => {
    event.preventDefault();
    if (!ready) return;
    submissions.add(key, WORDS[action](name), () => submitVolume(gateway, request, key));
    onClose();
  };
  return (
    <Dialog title={`${LABELS[action]}: ${name}`} onClose={onClose}>
      <form onSubmit={submit}>
        <p>
          {volume.provider.name} {volume.region}
          {typeof volume.size === "number" && `, ${volume.size} GiB`}
          {volume.machine && `, attached to ${volume.machine.name || volume.machine.externalId}`}
        </p>
        {action === "attach" && <Machines volume={volume} chosen={chosen} onChoice={setChosen} />}
        {action === "detach" && (
          <p class="notice warn">
            Unmount it in the machine first: what the machine has not written yet may be lost.
          </p>
        )}
        {action === "snapshot" && (
          <label>
            Name of the snapshot
            <input
              value={chosen}
              required
              maxLength={255}
              onInput={(event) => setChosen(event.currentTarget.value)}
            />
          </label>
        )}
        {failure && <p class="notice bad" role="alert">The dry run failed. {failure}</p>}
        <div role="status">
          {isWhole(request) && !verdict && !failure && "Asking the cloud what would happen …"}
          {verdict?.words.map((each) => (
            <p key={each} class="notice warn">
              {each}
            </p>
          ))}
          {verdict?.allowed && "The dry run found nothing against it."}
        </div>
        <footer>
          <button type="button" onClick={onClose}>
            Close
          </button>
          <button type="submit" class="primary" disabled={!ready}>
            {LABELS[action]}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

const WORDS: Record<VolumeAction, (name: string) => string> = {
  attach: (name) => `Attaching ${name}`,
  detach: (name) => `Detaching ${name}`,
  snapshot: (name) => `Taking a snapshot of ${name}`,
};

function initial(action: VolumeAction, name: string, machine: string): string {
  if (action === "snapshot") return `${name}-${new Date().toISOString().slice(0, 10)}`;
  return action === "attach" ? machine : "";
}

const isWhole = ({ action, chosen }: VolumeRequest) => action === "detach" || chosen !== "";

interface MachinesProps {
  readonly volume: Volume;
  readonly chosen: string;
  readonly onChoice: (id: string) => void;
}

function Machines({ volume, chosen, onChoice }: MachinesProps) {
  const { fleet } = useStores();
  const machines = machinesFor(volume, fleet.machines.all);
  return (
    <label>
      Machine
      <select value={chosen} required onChange={(event) => onChoice(event.currentTarget.value)}>
        <option value="">Choose …</option>
        {machines.map(({ id, name, externalId }) => (
          <option key={id} value={id}>
            {name || externalId}
          </option>
        ))}
      </select>
      {!machines.length && <small>No machine is in its region and zone.</small>}
    </label>
  );
}
