/** Machines in groups by provider, state, region or a tag: the choice, and a table with sums. A click on
 * a group shows its machines alone; another one shows all again. */
import { useMemo } from "preact/hooks";

import { monthlyInWords } from "../data/costs.ts";
import type { Machine } from "../data/fleet.ts";
import { type Group, grouped } from "../data/machine_list.ts";
import { inWords } from "../parts/state.tsx";
import { setQuery } from "../route.ts";

export function GroupChoice({ machines, group }: { machines: readonly Machine[]; group: string }) {
  const keys = useMemo(
    () => [...new Set(machines.flatMap(({ tags }) => tags.map(({ key }) => key)))].sort(),
    [machines],
  );
  return (
    <select
      aria-label="Group by"
      value={group}
      onChange={(event) => setQuery({ group: event.currentTarget.value, only: "" })}
    >
      <option value="">No groups</option>
      <option value="provider">By provider</option>
      <option value="state">By state</option>
      <option value="region">By region</option>
      {keys.map((key) => (
        <option key={key} value={`tag:${key}`}>
          By tag {key}
        </option>
      ))}
    </select>
  );
}

interface GroupsProps {
  readonly machines: readonly Machine[];
  readonly labelsOf: (machine: Machine) => readonly string[];
  /** The label of the group whose machines alone are shown; empty: all are. */
  readonly only: string;
  /** Whether the labels are states, to be shown in words. */
  readonly words: boolean;
}

export function Groups({ machines, labelsOf, only, words }: GroupsProps) {
  const groups = useMemo(() => grouped(machines, labelsOf), [machines, labelsOf]);
  const [all] = useMemo(() => grouped(machines, () => [""]), [machines]);
  return (
    <div class="table-scroll groups" tabIndex={0} role="group" aria-label="Groups">
      <table aria-label="Groups">
        <thead>
          <tr>
            <th>Group</th>
            <th class="numeric">Machines</th>
            <th class="numeric wide">Running</th>
            <th class="numeric">$ a month</th>
            <th class="numeric">Cost unknown</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((each) => (
            <tr key={each.label} class={each.label === only ? "marked" : ""}>
              <td>
                <button
                  type="button"
                  class="link"
                  aria-pressed={each.label === only}
                  onClick={() => setQuery({ only: each.label === only ? "" : each.label })}
                >
                  {words ? inWords(each.label) : each.label}
                </button>
                {each.label === only && ": only these machines are shown"}
              </td>
              <Sums group={each} />
            </tr>
          ))}
        </tbody>
        {all && groups.length > 1 && (
          <tfoot>
            <tr>
              <th scope="row">All</th>
              <Sums group={all} />
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

function Sums({ group: { count: machines, running, monthly, unpriced } }: { group: Group }) {
  return (
    <>
      <td class="numeric">{machines.toLocaleString("en")}</td>
      <td class="numeric wide">{running.toLocaleString("en")}</td>
      <td class="numeric">{monthlyInWords(monthly)}</td>
      <td class="numeric">{unpriced.toLocaleString("en")}</td>
    </>
  );
}
