/** One table over all clouds. */
import { useEffect, useMemo, useState } from "preact/hooks";

import { type Action, nameOf } from "../data/actions.ts";
import type { Machine } from "../data/fleet.ts";
import { hasProblem, labelsFor, matching } from "../data/machine_list.ts";
import type { ProviderOf } from "../data/providers.ts";
import { count } from "../data/text.ts";
import { machinesQuery } from "../data/view_queries.ts";
import { MachineBar } from "../parts/action_bar.tsx";
import { ActionDialog } from "../parts/action_dialog.tsx";
import { ColumnMenu, useColumns } from "../parts/columns.tsx";
import { useChanges, useClock, useStores } from "../parts/context.ts";
import { Problems } from "../parts/problems.tsx";
import { useSelection } from "../parts/row_selection.ts";
import { inWords } from "../parts/state.tsx";
import { setSort, sorted, sortOf, Table } from "../parts/table.tsx";
import { TagDialog } from "../parts/tag_dialog.tsx";
import { ViewQuery } from "../parts/view_query.tsx";
import { go, rememberList, type Route, setQuery } from "../route.ts";
import { columnsWith } from "./machine_columns.tsx";
import { GroupChoice, Groups } from "./machine_groups.tsx";

const STATES = [
  "RUNNING", "STOPPED", "PENDING", "STOPPING", "REBOOTING", "SUSPENDED", "PAUSED", "ERROR", "UNKNOWN",
  "MISSING", "TERMINATED",
] as const satisfies readonly Machine["state"][];

interface Asked {
  readonly action: Action;
  readonly machines: readonly Machine[];
}

export function Machines({ route }: { route: Route }) {
  const { fleet, providers } = useStores();
  useChanges(fleet.machines, fleet.progress, providers.rows);
  useClock();
  useEffect(rememberList, [route]);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [tagging, setTagging] = useState(false);

  const providerOf: ProviderOf = (id) => providers.rows.get(id);
  const search = route.query.get("q") ?? "";
  const state = route.query.get("state") ?? "";
  const group = route.query.get("group") ?? "";
  const only = route.query.get("only") ?? "";
  const sort = sortOf(route);

  const all = fleet.machines.all;
  const columns = useMemo(() => columnsWith(providerOf), [providers.rows.all]);
  const visible = useColumns("machines", columns);
  const ordered = useMemo(
    () => sorted(all, columns, sort),
    [all, columns, sort.key, sort.descending],
  );
  const troubled = route.query.get("problems") === "1";
  const found = useMemo(() => {
    const matched = matching(ordered, search, new Set(state ? [state] : []), providerOf);
    return troubled ? matched.filter(hasProblem) : matched;
  }, [ordered, search, state, troubled, providers.rows.all]);
  const labelsOf = useMemo(() => labelsFor(group, providerOf), [group, providers.rows.all]);
  const shown = useMemo(
    () => (only ? found.filter((machine) => labelsOf(machine).includes(only)) : found),
    [found, labelsOf, only],
  );
  const { selection, chosen, clear } = useSelection(shown, nameOf);

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
        <ViewQuery
          query={() => machinesQuery({ search, state, group, only, sort }, shown, providers.rows.all)}
        />
      </div>
      {chosen.length > 0 && (
        <MachineBar
          chosen={chosen}
          onAction={(action, machines) => setAsked({ action, machines })}
          onTag={() => setTagging(true)}
        >
          <strong>{count(chosen.length, "machine")} selected</strong>
          <button type="button" class="plain" onClick={clear}>
            Clear
          </button>
        </MachineBar>
      )}
      {group && (
        <Groups machines={found} labelsOf={labelsOf} only={only} words={group === "state"} />
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
      {asked && (
        <ActionDialog
          {...asked}
          onClose={() => setAsked(null)}
          onDone={() => {
            setAsked(null);
            clear();
          }}
        />
      )}
      {tagging && (
        <TagDialog
          machines={chosen}
          onClose={() => setTagging(false)}
          onDone={() => {
            setTagging(false);
            clear();
          }}
        />
      )}
    </main>
  );
}

/** The page's shortcut `/` finds it by its class. */
function Filter({ search }: { search: string }) {
  return (
    <input
      type="search"
      class="filter"
      placeholder="Filter: name, address, tag; -word: not"
      aria-label="Filter"
      value={search}
      onInput={(event) => setQuery({ q: event.currentTarget.value })}
    />
  );
}

function Empty({ all, troubled }: { all: number; troubled: boolean }) {
  const { fleet, providers } = useStores();
  if (all) {
    return (
      <p>
        {troubled ? "No machine that matches has a problem." : "No machine matches."}{" "}
        <button type="button" onClick={() => setQuery({ q: "", state: "", problems: "", only: "" })}>
          Show all {all.toLocaleString("en")}
        </button>
      </p>
    );
  }
  if (fleet.progress.current === "LOADING") return <p>Asking the clouds …</p>;
  if (fleet.progress.current === "FAILED" || !providers.loaded.current) {
    return <p>Nothing could be read.</p>;
  }
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
  const silent = fleet.receipts.current.some(({ status }) => status === "FAILED");
  return <p>{silent ? "No machine is known: not every source answered." : "Your providers list no machine."}</p>;
}
