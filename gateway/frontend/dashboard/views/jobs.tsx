/** Jobs, live: progress, errors, cancel and retry. */
import { useState } from "preact/hooks";

import { isUnfinished, type Job } from "../data/jobs.ts";
import { ago } from "../data/text.ts";
import { useChanges, useClock, useStores } from "../parts/context.ts";
import { State } from "../parts/state.tsx";
import { hrefOf, type Route, setQuery } from "../route.ts";

export function Jobs({ route }: { route: Route }) {
  const { jobs } = useStores();
  useChanges(jobs.rows, jobs.error, jobs.more);
  const only = route.query.get("state") ?? "";
  const all = newestFirst(jobs.rows.all);
  const shown = all.filter((job) => {
    if (only === "unfinished") return isUnfinished(job);
    return only === "" || job.state === only;
  });
  const { current: after } = jobs.more;
  return (
    <main class="full">
      <h1>Jobs</h1>
      {jobs.error.current && (
        <p class="notice warn" role="status">
          The jobs are not up to date. {jobs.error.current.message}
        </p>
      )}
      <div class="bar">
        <select
          aria-label="State"
          value={only}
          onChange={(event) => setQuery({ state: event.currentTarget.value })}
        >
          <option value="">Every state</option>
          <option value="unfinished">Not finished</option>
          <option value="FAILED">Failed</option>
          <option value="SUCCEEDED">Succeeded</option>
        </select>
      </div>
      <JobTable
        jobs={shown}
        marked={route.query.get("job") ?? ""}
        empty={all.length ? "No job is in this state." : "No job was submitted yet."}
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

export function newestFirst(jobs: readonly Job[]): Job[] {
  return [...jobs].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
}

interface JobTableProps {
  readonly jobs: readonly Job[];
  readonly empty: string;
  /** The id of the job to point at. */
  readonly marked?: string;
}

export function JobTable({ jobs, empty, marked = "" }: JobTableProps) {
  useClock(1);
  if (!jobs.length) return <p>{empty}</p>;
  return (
    <div class="table-scroll">
      <table aria-label="Jobs">
        <thead>
          <tr>
            <th>Job</th>
            <th>State</th>
            <th>On</th>
            <th class="wide">Provider</th>
            <th class="wide">By</th>
            <th class="wide">Begun</th>
            <th>
              <span class="hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <JobRow key={job.id} job={job} marked={job.id === marked} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function JobRow({ job, marked }: { job: Job; marked: boolean }) {
  const { label, state, progress, targetName, error } = job;
  return (
    <tr class={marked ? "marked" : ""}>
      <td>{label}</td>
      <td>
        <State state={state} />
        {state === "RUNNING" && (
          <progress max={100} value={progress || undefined} aria-label={`Progress of ${label}`} />
        )}
        {error && <div class="detail">{error.message}</div>}
      </td>
      <td>
        {job.target ? (
          <a href={hrefOf("machine", { id: job.target.id })}>{targetName}</a>
        ) : (
          targetName
        )}
      </td>
      <td class="wide">{job.providerName}</td>
      <td class="wide">{job.requesterLogin}</td>
      <td class="wide" title={job.createdAt}>
        {ago(job.createdAt)}
      </td>
      <td>
        <JobActions job={job} />
      </td>
    </tr>
  );
}

function JobActions({ job }: { job: Job }) {
  const { jobs } = useStores();
  const [failure, setFailure] = useState("");
  const run = (work: Promise<void>) => {
    setFailure("");
    work.catch((error: Error) => setFailure(error.message));
  };
  return (
    <>
      {isUnfinished(job) && job.state !== "CANCELING" && (
        <button type="button" onClick={() => run(jobs.cancel(job.id))}>
          Cancel
        </button>
      )}
      {job.state === "FAILED" && (
        <button type="button" onClick={() => run(jobs.retry(job.id))}>
          Retry
        </button>
      )}
      {failure && <div class="detail" role="alert">{failure}</div>}
    </>
  );
}
