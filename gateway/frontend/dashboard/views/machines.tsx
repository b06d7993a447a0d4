/** One table over all clouds. */
import type { ComponentChildren } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";

import { type Action, ACTIONS, reasonAgainst } from "../data/actions.ts";
import type { Machine } from "../data/fleet.ts";
import { grouped, hasProblem, labelsFor, matching, type ProviderOf } from "../data/machine_list.ts";
import { ago, count, dollars, HOURS_A_MONTH, tagsOf } from "../data/text.ts";
import { ColumnMenu, useColumns } from "../parts/columns.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { useChanges, useClock, useStores } from "../parts/context.ts";
import { Problems } from "../parts/problems.tsx";
import { inWords, State } from "../parts/state.tsx";
import { type Column, type Selection, setSort, sorted, sortOf, Table } from "../parts/table.tsx";
import { go, hrefOf, type Route, setQuery } from "../route.ts";

const STATES = ["RUNNING", "STOPPED", "PENDING", "ERROR", "MISSING", "TERMINATED"];

export function Machines({ route }: { route: Route }) {
  const { fleet, providers } = useStores();
  useChanges(fleet.machines, fleet.progress, providers.rows);
  useClock();
  const [action, setAction] = useState<Action | null>(null);

  const providerOf: ProviderOf = (id) => providers.rows.get(id);
  const search = route.query.get("q") ?? "";
  const state = route.query.get("state") ?? "";
  const group = route.query.get("group") ?? "";
  const sort = sortOf(route);

  const all = fleet.machines.all;
  const columns = useMemo(() => columnsWith(providerOf), [providers.rows.all]);
  const visible = useColumns("machines", columns);
  const ordered = useMemo(
    () => sorted(all, columns, sort),
    [all, columns, sort.key, sort.descending],
  );
  const troubled = route.query.get("problems") === "1";
  const shown = useMemo(() => {
    const found = matching(ordered, search, new Set(state ? [state] : []), providerOf);
    return troubled ? found.filter(hasProblem) : found;
  }, [ordered, search, state, troubled, providers.rows.all]);
  const { selection, chosen, clear } = useSelection(shown);

  return (
    <main class="full">
      <h1>Machines</h1>
      <Problems />
      <div class="bar">
        <Filter search={search} />
        <select
          aria-label="State"
          value={state}
          onChange={(event) => setQuery({ state: event.currentTarget.value })}
        >
          <option value="">Every state</option>
          {STATES.map((each) => (
            <option key={each} value={each}>
              {inWords(each)}
            </option>
          ))}
        </select>
        <GroupChoice machines={all} group={group} />
        <label class="switch">
          <input
            type="checkbox"
            role="switch"
            checked={troubled}
            onChange={(event) => setQuery({ problems: event.currentTarget.checked ? "1" : "" })}
          />{" "}
          Problems only
        </label>
        <ColumnMenu columns={visible} />
        <span role="status" class="count">
          {count(shown.length, "machine")}
          {fleet.progress.current === "LOADING" && ", clouds are still answering …"}
        </span>
        <button type="button" onClick={() => fleet.reload(0)}>
          Ask the clouds now
        </button>
      </div>
      {chosen.length > 0 && (
        <ActionBar chosen={chosen} onAction={setAction}>
          <strong>{count(chosen.length, "machine")} selected</strong>
          <button type="button" class="plain" onClick={clear}>
            Clear
          </button>
        </ActionBar>
      )}
      {group && (
        <Groups machines={shown} labelsOf={labelsFor(group, providerOf)} />
      )}
      <Table
        label="Machines"
        columns={visible.shown}
        rows={shown}
        rowKey={(machine) => machine.id}
        rowClass={(machine) => (machine.stale ? "stale" : "")}
        sort={sort}
        onSort={setSort}
        selection={selection}
        empty={<Empty all={all.length} troubled={troubled} />}
      />
      {action && (
        <Confirm
          action={action}
          machines={chosen}
          onClose={() => setAction(null)}
          onDone={() => {
            setAction(null);
            clear();
          }}
        />
      )}
    </main>
  );
}

function columnsWith(providerOf: ProviderOf): readonly Column<Machine>[] {
  const nameOf = ({ provider }: Machine) => providerOf(provider.id)?.name ?? "";
  return [
    {
      key: "name",
      title: "Name",
      cell: (machine) => (
        <a href={hrefOf("machine", { id: machine.id })}>
          {machine.name || machine.externalId}
        </a>
      ),
      sortBy: (machine) => machine.name || machine.externalId,
    },
    {
      key: "state",
      title: "State",
      cell: ({ state }) => <State state={state} />,
      sortBy: ({ state }) => state,
    },
    { key: "provider", title: "Provider", cell: nameOf, sortBy: nameOf },
    {
      key: "region",
      title: "Region",
      cell: ({ region }) => region,
      sortBy: ({ region }) => region,
      wide: true,
    },
    {
      key: "size",
      title: "Size",
      cell: ({ size }) => size?.name,
      sortBy: ({ size }) => size?.name,
      wide: true,
    },
    {
      key: "addresses",
      title: "Addresses",
      cell: ({ publicIps, privateIps }) => (publicIps.length ? publicIps : privateIps).join(" "),
      wide: true,
    },
    {
      key: "tags",
      title: "Tags",
      cell: tagsOf,
      wide: true,
    },
    {
      key: "price",
      title: "$ a month",
      cell: ({ pricePerHour: price }) =>
        typeof price === "number" ? dollars(price * HOURS_A_MONTH) : "",
      sortBy: ({ pricePerHour }) => pricePerHour,
      numeric: true,
      wide: true,
    },
    {
      key: "seen",
      title: "Seen",
      cell: ({ observedAt }) => <span title={observedAt}>{ago(observedAt)}</span>,
      sortBy: ({ observedAt }) => observedAt,
      wide: true,
    },
  ];
}

/** The page's shortcut `/` finds it by its class. */
function Filter({ search }: { search: string }) {
  return (
    <input
      type="search"
      class="filter"
      placeholder="Filter: words of a name, an address, a tag …"
      aria-label="Filter"
      value={search}
      onInput={(event) => setQuery({ q: event.currentTarget.value })}
    />
  );
}

function GroupChoice({ machines, group }: { machines: readonly Machine[]; group: string }) {
  const keys = useMemo(
    () => [...new Set(machines.flatMap(({ tags }) => tags.map(({ key }) => key)))].sort(),
    [machines],
  );
  return (
    <select
      aria-label="Group by"
      value={group}
      onChange={(event) => setQuery({ group: event.currentTarget.value })}
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
}

function Groups({ machines, labelsOf }: GroupsProps) {
  const groups = useMemo(() => grouped(machines, labelsOf), [machines, labelsOf]);
  return (
    <table class="groups" aria-label="Groups">
      <thead>
        <tr>
          <th>Group</th>
          <th class="numeric">Machines</th>
          <th class="numeric">Running</th>
          <th class="numeric">$ a month, running</th>
          <th class="numeric">Price unknown</th>
        </tr>
      </thead>
      <tbody>
        {groups.map(({ label, count: machinesInIt, running, hourly, unpriced }) => (
          <tr key={label}>
            <td>{label}</td>
            <td class="numeric">{machinesInIt.toLocaleString("en")}</td>
            <td class="numeric">{running.toLocaleString("en")}</td>
            <td class="numeric">{dollars(hourly * HOURS_A_MONTH)}</td>
            <td class="numeric">{unpriced.toLocaleString("en")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function useSelection(shown: readonly Machine[]) {
  const { fleet } = useStores();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  const chosen = useMemo(
    () => shown.filter(({ id }) => selected.has(id)), // what a filter hides is not acted on
    [shown, selected],
  );
  const allSelected = shown.length > 0 && chosen.length === shown.length;
  const toggle = (key: string, range: boolean) => {
    const next = new Set(selected);
    const on = !selected.has(key);
    const keys = range ? between(shown, last.current, key) : [key];
    for (const each of keys) {
      if (on) next.add(each);
      else next.delete(each);
    }
    last.current = key;
    setSelected(next);
  };
  const selection: Selection = {
    selected,
    toggle,
    toggleAll: () => setSelected(allSelected ? new Set() : new Set(shown.map(({ id }) => id))),
    allSelected,
    labelOf: (key) => `Select ${fleet.machines.get(key)?.name ?? "machine"}`,
  };
  return { selection, chosen, clear: () => setSelected(new Set()) };
}

function between(rows: readonly Machine[], from: string | null, to: string): string[] {
  const [a, b] = [from, to].map((key) => rows.findIndex(({ id }) => id === key));
  if (a === undefined || b === undefined || a < 0 || b < 0) return [to];
  return rows.slice(Math.min(a, b), Math.max(a, b) + 1).map(({ id }) => id);
}

interface ActionBarProps {
  readonly chosen: readonly Machine[];
  readonly onAction: (action: Action) => void;
  readonly children?: ComponentChildren;
}

/** The actions that role and state allow; beside them, why the others are not. */
export function ActionBar({ chosen, onAction, children }: ActionBarProps) {
  const { providers } = useStores();
  const reasons = ACTIONS.map((action) =>
    reasonAgainst(action, chosen, (id) => providers.rows.get(id)),
  );
  return (
    <div class="bar actions" role="toolbar" aria-label="Actions">
      {children}
      {ACTIONS.map((action, index) => (
        <button
          key={action.name}
          type="button"
          class={action.destructive ? "danger" : ""}
          disabled={reasons[index] !== null}
          title={reasons[index] ?? undefined}
          onClick={() => onAction(action)}
        >
          {action.label}
        </button>
      ))}
      <span class="reason">{reasons.filter(Boolean).join(" ")}</span>
    </div>
  );
}

function Empty({ all, troubled }: { all: number; troubled: boolean }) {
  const { fleet, providers } = useStores();
  if (all) {
    return (
      <p>
        {troubled ? "No machine that matches has a problem." : "No machine matches."}{" "}
        <button type="button" onClick={() => setQuery({ q: "", state: "", problems: "" })}>
          Show all {all.toLocaleString("en")}
        </button>
      </p>
    );
  }
  if (fleet.progress.current === "LOADING") return <p>Asking the clouds …</p>;
  if (!providers.rows.all.length) {
    return (
      <p>
        No provider is connected.{" "}
        <button type="button" onClick={() => go("providers")}>
          Providers
        </button>
      </p>
    );
  }
  return <p>Your providers list no machine.</p>;
}
