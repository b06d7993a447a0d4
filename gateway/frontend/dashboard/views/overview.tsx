/** Counts, cost, failing sources and jobs at work. */
import { useEffect, useMemo } from "preact/hooks";

import { latestQuery, valueInWords } from "../data/changes.ts";
import { isUnfinished } from "../data/jobs.ts";
import { type Group, grouped, labelsFor } from "../data/machine_list.ts";
import { ago, count, dollars, HOURS_A_MONTH } from "../data/text.ts";
import { ChangedObject } from "../parts/changed_object.tsx";
import { useChanges, useClock, useStores } from "../parts/context.ts";
import { Failure } from "../parts/failure.tsx";
import { Problems } from "../parts/problems.tsx";
import { useQuery } from "../parts/query.ts";
import { inWords } from "../parts/state.tsx";
import { hrefOf } from "../route.ts";
import { JobTable, newestFirst } from "./jobs.tsx";

export function Overview() {
  const { fleet, jobs, providers } = useStores();
  useChanges(fleet.machines, fleet.progress, jobs.rows, providers.rows);
  const machines = fleet.machines.all;
  const by = (key: string) =>
    grouped(machines, labelsFor(key, (id) => providers.rows.get(id)));
  const [states, names, regions] = useMemo(
    () => [by("state"), by("provider"), by("region")],
    [machines, providers.rows.all],
  );
  const hourly = states.reduce((sum, group) => sum + group.hourly, 0);
  const unpriced = states.reduce((sum, group) => sum + group.unpriced, 0);
  const running = states.reduce((sum, group) => sum + group.running, 0);
  const atWork = newestFirst(jobs.rows.all.filter(isUnfinished));
  return (
    <main>
      <h1>Overview</h1>
      <Problems />
      <div class="figures">
        <Figure value={machines.length.toLocaleString("en")} name="machines" href="machines" />
        <Figure value={running.toLocaleString("en")} name="running" href="machines" state="RUNNING" />
        <div class="figure">
          <strong>{dollars(hourly * HOURS_A_MONTH)}</strong>
          <span>
            a month at list prices, running machines
            {unpriced > 0 && `; the price of ${unpriced.toLocaleString("en")} is not known`}
          </span>
        </div>
        <Figure value={String(atWork.length)} name="jobs at work" href="jobs" state="unfinished" />
      </div>
      {fleet.progress.current === "LOADING" && (
        <p role="status">
          {count(fleet.receipts.current.length, "source")} answered; the others are being asked …
        </p>
      )}
      <div class="columns">
        <Bars title="By state" groups={states} query={(label) => ({ state: label })} words />
        <Bars title="By provider" groups={names} query={(label) => ({ q: label })} />
        <Bars title="By region" groups={regions} query={(label) => ({ q: label })} />
      </div>
      <h2>Jobs at work</h2>
      <JobTable jobs={atWork.slice(0, 10)} empty="No job is at work." />
      <LatestChanges />
    </main>
  );
}

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
            <ChangedObject change={change} /> {change.field}:{" "}
            {[valueInWords(change.before), valueInWords(change.after)].filter(Boolean).join(" → ")}{" "}
            <small title={change.at}>{ago(change.at)}</small>
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
}

function Bars({ title, groups, query, words = false }: BarsProps) {
  const most = Math.max(1, ...groups.map((group) => group.count));
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul class="bars">
        {groups.slice(0, 12).map(({ label, count: machines }) => (
          <li key={label}>
            <a href={hrefOf("machines", query(label))}>{words ? inWords(label) : label}</a>
            <meter min={0} max={most} value={machines} aria-hidden="true" />
            <span class="numeric">{machines.toLocaleString("en")}</span>
          </li>
        ))}
      </ul>
      {groups.length > 12 && <p>{groups.length - 12} more.</p>}
    </section>
  );
}
