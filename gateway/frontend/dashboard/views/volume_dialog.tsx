/** Attaches, detaches or deletes a volume, or takes a snapshot of it, after a dry run. */
import { useState } from "preact/hooks";

import { nameOf } from "../data/actions.ts";
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
import { useSettled } from "../parts/query.ts";
import { RequestDialog } from "../parts/request_dialog.tsx";

interface VolumeDialogProps {
  readonly action: VolumeAction;
  readonly volume: Volume;
  /** The id of the machine that the volume is wanted for, if one is. */
  readonly machine: string;
  readonly onClose: () => void;
}

export function VolumeDialog({ action, volume, machine, onClose }: VolumeDialogProps) {
  const { gateway } = useStores();
  const name = nameOf(volume);
  const [chosen, setChosen] = useState(initial(action, name, machine));
  const settled = useSettled(chosen.trim());
  const request = { action, volume: volume.id, chosen: settled };
  const isReady = isWhole(request) && settled === chosen.trim();
  return (
    <RequestDialog
      title={`${LABELS[action]}: ${name}`}
      label={LABELS[action]}
      progressive={WORDS[action](name)}
      request={isReady ? request : null}
      ask={(asked) => tryVolume(gateway, asked)}
      send={(asked, key) => submitVolume(gateway, asked, key)}
      word={action === "delete" ? name : undefined}
      onClose={onClose}
      onDone={onClose}
    >
      <p>
        {volume.provider.name} {volume.region}
        {typeof volume.size === "number" && `, ${volume.size} GiB`}
        {volume.machine && `, attached to ${nameOf(volume.machine)}`}
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
    </RequestDialog>
  );
}

const WORDS: Record<VolumeAction, (name: string) => string> = {
  attach: (name) => `Attaching ${name}`,
  detach: (name) => `Detaching ${name}`,
  snapshot: (name) => `Taking a snapshot of ${name}`,
  delete: (name) => `Deleting ${name}`,
};

function initial(action: VolumeAction, name: string, machine: string): string {
  if (action === "snapshot") return `${name}-${new Date().toISOString().slice(0, 10)}`;
  return action === "attach" ? machine : "";
}

const isWhole = ({ action, chosen }: VolumeRequest) =>
  action === "detach" || action === "delete" || chosen !== "";

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
