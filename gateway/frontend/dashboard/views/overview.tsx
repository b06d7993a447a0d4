/** Counts, cost, failing sources and jobs in progress. */
import { useEffect, useMemo } from "preact/hooks";

import { changedValue, latestQuery } from "../data/changes.ts";
import { monthlyInWords } from "../data/costs.ts";
import { familiesOf, isUnfinished } from "../data/jobs.ts";
import { type Group, grouped, labelsFor } from "../data/machine_list.ts";
import { count, fieldInWords } from "../data/text.ts";
import { ChangedBy } from "../parts/changed_by.tsx";
import { ChangedObject } from "../parts/changed_object.tsx";
import { useChanges, useClock, useStores } from "../parts/context.ts";
import { Failure } from "../parts/failure.tsx";
import { MonthlyCost } from "../parts/monthly_cost.tsx";
import { Problems } from "../parts/problems.tsx";
import { useQuery } from "../parts/query.ts";
import { inWords } from "../parts/state.tsx";
import { When } from "../parts/when.tsx";
import { hrefOf } from "../route.ts";
import { JobTable } from "./job_table.tsx";
import { JobProblems, newestFirst } from "./jobs.tsx";

export function Overview() {
  const { fleet, jobs, providers } = useStores();
  useChanges(fleet.machines, fleet.progress, fleet.complete, jobs.rows);
  useChanges(providers.rows, providers.loaded);
  const machines = fleet.machines.all;
  const knowsNames = providers.loaded.current;
  const by = (key: string) =>
    grouped(machines, labelsFor(key, (id) => providers.rows.get(id)));
  const [states, names, regions] = useMemo(
    () => [by("state"), knowsNames ? by("provider") : [], by("region")],
    [machines, providers.rows.all, knowsNames],
  );
  const running = states.reduce((sum, group) => sum + group.running, 0);
  const soFar = fleet.complete.current ? "" : " so far";
  const inProgress = newestFirst(jobs.rows.all.filter(isUnfinished));
  return (
    <main>
      <h1>Overview</h1>
      <Problems />
      <div class="figures">
        <Figure value={machines.length.toLocaleString("en")} name={`machines${soFar}`} href="machines" />
        <Figure
          value={running.toLocaleString("en")}
          name={`running${soFar}`}
          href="machines"
          state="RUNNING"
        />
        <MonthlyCost />
        <Figure value={String(familiesOf(inProgress).length)} name="jobs in progress" href="jobs" state="unfinished" />
      </div>
      {fleet.progress.current === "LOADING" && (
        <p role="status">
          {count(fleet.receipts.current.length, "source")} answered; the others are being asked …
        </p>
      )}
      <div class="columns">
        <Bars title="By state" groups={states} query={(label) => ({ state: label })} words />
        <Bars title="By provider" groups={names} query={inGroup("provider")} costs />
        <Bars title="By region" groups={regions} query={inGroup("region")} costs />
      </div>
      <h2>Jobs in progress</h2>
      <JobProblems />
      <JobTable jobs={inProgress} most={10} empty="No job is in progress." />
      <LatestChanges />
    </main>
  );
}

/** The machines of one group alone: words would find "Demo AWS" in "Demo AWS research", too. */
const inGroup = (group: string) => (label: string) => ({ group, only: label });

/** Read again whenever the list of machines is complete anew: that is what finds changes. */
function LatestChanges() {
  const { fleet } = useStores();
  useChanges(fleet.progress);
  useClock();
  const { data, error, reload } = useQuery(latestQuery, {});
  const progress = fleet.progress.current;
  useEffect(() => {
    if (progress === "LOADED") void reload();
  }, [progress]);
  const changes = data?.changes?.nodes ?? [];
  return (
    <section aria-label="Latest changes">
      <h2>Latest changes</h2>
      <Failure error={error} onRetry={() => void reload()} shown={data !== null} />
      {data && !changes.length && <p>No change was seen yet.</p>}
      <ul class="plain-list">
        {changes.map((change) => (
          <li key={change.id}>
            <ChangedObject change={change} /> {fieldInWords(change.field)}:{" "}
            {changedValue(change, change.before) || "none"} →{" "}
            {changedValue(change, change.after) || "none"}{" "}
            <small>
              <When time={change.at} />
            </small>{" "}
            <ChangedBy actor={change.actor} />
          </li>
        ))}
      </ul>
      {changes.length > 0 && <a href={hrefOf("changes")}>All changes</a>}
    </section>
  );
}

interface FigureProps {
  readonly value: string;
  readonly name: string;
  readonly href: string;
  readonly state?: string;
}

function Figure({ value, name, href, state = "" }: FigureProps) {
  return (
    <a class="figure" href={hrefOf(href, { state })}>
      <strong>{value}</strong>
      <span>{name}</span>
    </a>
  );
}

interface BarsProps {
  readonly title: string;
  readonly groups: readonly Group[];
  readonly query: (label: string) => Record<string, string>;
  readonly words?: boolean;
  /** Whether their monthly costs are shown, too. */
  readonly costs?: boolean;
}

function Bars({ title, groups, query, words = false, costs = false }: BarsProps) {
  const most = Math.max(1, ...groups.map((group) => group.count));
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul class={costs ? "bars with-costs" : "bars"}>
        {groups.slice(0, 12).map(({ label, count: machines, monthly, unpriced }) => (
          <li key={label}>
            <a href={hrefOf("machines", query(label))}>{words ? inWords(label) : label}</a>
            <meter min={0} max={most} value={machines} aria-hidden="true" />
            <span class="numeric">{machines.toLocaleString("en")}</span>
            {costs && <Cost monthly={monthly} unpriced={unpriced} />}
          </li>
        ))}
      </ul>
      {groups.length > 12 && <p>{groups.length - 12} more.</p>}
    </section>
  );
}

/** "$120.50"; "$120.50+" where the cost of some is not known. */
function Cost({ monthly, unpriced }: Pick<Group, "monthly" | "unpriced">) {
  const unknown = unpriced > 0 ? `The cost of ${count(unpriced, "machine")} is not known.` : undefined;
  return (
    <span class="numeric" title={unknown}>
      {monthlyInWords(monthly)}
      {unknown && monthly !== null && (
        <>
          +<span class="hidden"> {unknown}</span>
        </>
      )}
      <span class="hidden"> a month</span>
    </span>
  );
}
