/** The volumes of all clouds, with what can be done to each. */
import { useState } from "preact/hooks";

import { endedJobs } from "../data/jobs.ts";
import { type Volume, volumesQuery } from "../data/storage.ts";
import { LABELS, reasonAgainstVolume, type VolumeAction, volumeActions } from "../data/volume_actions.ts";
import { useChanges, useStores } from "../parts/context.ts";
import type { Column } from "../parts/table.tsx";
import { hrefOf, type Route } from "../route.ts";
import { StoredTable, withShared } from "./stored_table.tsx";
import { VolumeDialog } from "./volume_dialog.tsx";

const YES_NO: Record<string, string> = { true: "Yes", false: "No" };

interface Asked {
  readonly action: VolumeAction;
  readonly volume: Volume;
}

interface VolumesProps {
  readonly route: Route;
  readonly size: Column<Volume>;
}

export function Volumes({ route, size }: VolumesProps) {
  const { jobs, providers } = useStores();
  useChanges(jobs.rows, providers.rows);
  const [asked, setAsked] = useState<Asked | null>(null);
  const providerOf = (id: string) => providers.rows.get(id);
  const actions: Column<Volume> = {
    key: "actions",
    title: "Actions",
    cell: (volume) => {
      const offered = volumeActions(volume, providerOf);
      if (!offered.length) return <small class="reason">{reasonAgainstVolume(volume, providerOf)}</small>;
      return offered.map((action) => (
        <button
          key={action}
          type="button"
          class="small"
          aria-label={`${LABELS[action]} ${volume.name || volume.externalId}`}
          onClick={() => setAsked({ action, volume })}
        >
          {LABELS[action]}
        </button>
      ));
    },
  };
  return (
    <>
      <StoredTable
        route={route}
        noun="volume"
        document={volumesQuery}
        pick={({ volumes }) => volumes}
        wordsOfRow={({ machine, externalId }) => `${machine?.name ?? ""}\n${externalId}`}
        version={endedJobs(jobs.rows.all, /volume|snapshot/)}
        columns={withShared<Volume>(
          ({ name, externalId }) => name || externalId,
          [
            size,
            {
              key: "machine",
              title: "Machine",
              cell: ({ machine }) =>
                machine && (
                  <a href={hrefOf("machine", { id: machine.id })}>
                    {machine.name || machine.externalId}
                  </a>
                ),
              sortBy: ({ machine }) => machine?.name,
            },
            actions,
            { key: "type", title: "Type", cell: ({ type }) => type, sortBy: ({ type }) => type, wide: true },
            {
              key: "encrypted",
              title: "Encrypted",
              cell: ({ encrypted }) => YES_NO[String(encrypted)],
              wide: true,
            },
          ],
        )}
      />
      {asked && (
        <VolumeDialog
          {...asked}
          machine={route.query.get("for") ?? ""}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  );
}
