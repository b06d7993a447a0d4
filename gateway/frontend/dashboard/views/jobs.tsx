/** Jobs, live: progress, errors, cancel and retry. */
import { useEffect } from "preact/hooks";

import { isUnfinished, type Job, jobHasWords } from "../data/jobs.ts";
import { wordsOf } from "../data/text.ts";
import { jobsQuery } from "../data/view_queries.ts";
import { useChanges, useStores } from "../parts/context.ts";
import { Failure, Interrupted } from "../parts/failure.tsx";
import { ViewQuery } from "../parts/view_query.tsx";
import { type Route, setQuery } from "../route.ts";
import { JobTable } from "./job_table.tsx";

const STATES: readonly (readonly [string, string])[] = [
  ["", "Every state"],
  ["unfinished", "Not finished"],
  ["FAILED", "Failed"],
  ["SUCCEEDED", "Succeeded"],
  ["CANCELED", "Canceled"],
];

export function Jobs({ route }: { route: Route }) {
  const { jobs } = useStores();
  useChanges(jobs.rows, jobs.more, jobs.loaded);
  const marked = route.query.get("job") ?? "";
  const isLoaded = jobs.loaded.current;
  useEffect(() => {
    if (isLoaded) void jobs.ensure(marked);
  }, [jobs, isLoaded, marked]);
  const state = route.query.get("state") ?? "";
  const search = route.query.get("q") ?? "";
  const words = wordsOf(search);
  const all = newestFirst(jobs.rows.all);
  const isInState = (job: Job) => {
    if (state === "unfinished") return isUnfinished(job);
    return state === "" || job.state === state;
  };
  const { current: after } = jobs.more;
  return (
    <main class="full">
      <h1>Jobs</h1>
      <JobProblems />
      <div class="bar">
        <input
          type="search"
          class="filter"
          aria-label="Filter"
          placeholder="Filter: a machine, an action, words of an error …"
          value={search}
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
        <select
          aria-label="State"
          value={state}
          onChange={(event) => setQuery({ state: event.currentTarget.value })}
        >
          {STATES.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <ViewQuery query={() => jobsQuery(state)} />
      </div>
      <JobTable
        jobs={all}
        matches={(job) => isInState(job) && jobHasWords(job, words)}
        marked={marked}
        empty={all.length ? "No job matches." : "No job was submitted yet."}
      />
      {after && (
        <p>
          <button type="button" onClick={() => void jobs.load(after)}>
            Show older jobs
          </button>
        </p>
      )}
    </main>
  );
}

/** Why the jobs are not there, or not up to date. */
export function JobProblems() {
  const { jobs } = useStores();
  useChanges(jobs.error, jobs.interruption, jobs.rows);
  return (
    <>
      <Failure
        error={jobs.error.current}
        onRetry={() => void jobs.load()}
        shown={jobs.rows.all.length > 0}
      />
      <Interrupted what="The jobs' progress" error={jobs.interruption.current} />
    </>
  );
}

export function newestFirst(jobs: readonly Job[]): Job[] {
  return [...jobs].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
}
