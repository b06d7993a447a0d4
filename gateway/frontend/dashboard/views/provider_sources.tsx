/** The regions of a provider, and how each answered when it was last asked for its machines. */
import type { Receipt } from "../data/fleet.ts";
import { problemOf } from "../data/text.ts";
import { State } from "../parts/state.tsx";
import { When } from "../parts/when.tsx";

export function Sources({ name, receipts }: { name: string; receipts: readonly Receipt[] }) {
  if (!receipts.length) return <p>Not asked yet.</p>;
  return (
    <table aria-label={`Sources of ${name}`}>
      <thead>
        <tr>
          <th>Region</th>
          <th>Answer</th>
          <th class="numeric">Machines</th>
          <th class="wide">As of</th>
          <th class="numeric wide">Took</th>
        </tr>
      </thead>
      <tbody>
        {receipts.map((receipt) => (
          <tr key={`${receipt.resource} ${receipt.region}`}>
            <td>{receipt.region || "(list of regions)"}</td>
            <td>
              <State state={receipt.status} />
              <div class="detail">{problemOf(receipt, name)}</div>
            </td>
            <td class="numeric">{receipt.count}</td>
            <td class="wide">
              <When time={receipt.fetchedAt} />
            </td>
            <td class="numeric wide">
              {typeof receipt.durationMs === "number" ? `${receipt.durationMs} ms` : ""}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
