/** A table of jobs, live. A job with parts is one row, which opens to show them. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import {
  familiesOf,
  type Family,
  type Job,
  leftBy,
  machineOf,
  mayCancel,
  mayRetry,
  partsInWords,
} from "../data/jobs.ts";
import { count } from "../data/text.ts";
import { ActButton } from "../parts/act_button.tsx";
import { useChanges, useClock, useStores } from "../parts/context.ts";
import { ScrollTable } from "../parts/scroll_table.tsx";
import { State } from "../parts/state.tsx";
import { When } from "../parts/when.tsx";
import { hrefOf } from "../route.ts";
import { JobEvents } from "./job_events.tsx";

interface JobTableProps {
  readonly jobs: readonly Job[];
  readonly empty: string;
  /** The id of the job to point at. */
  readonly marked?: string;
  /** Which jobs are shown, with the whole family of each. Absent: all. */
  readonly matches?: (job: Job) => boolean;
  /** The number of rows, without the parts. Absent: all. */
  readonly most?: number;
}

export function JobTable({ jobs, empty, marked = "", matches = () => true, most }: JobTableProps) {
  const { loaded, error } = useStores().jobs;
  useChanges(loaded, error);
  useClock(1);
  const families = familiesOf(jobs)
    .filter(({ job, parts }) => matches(job) || parts.some(matches))
    .slice(0, most);
  if (!families.length) {
    if (loaded.current) return <p>{empty}</p>;
    return <p>{error.current ? "The jobs could not be read." : "Reading …"}</p>;
  }
  return (
    <ScrollTable
      label="Jobs"
      heads={[["Job"], ["State"], ["On"], ["Provider", "wide"], ["By", "wide"], ["Submitted", "wide"]]}
      actions
    >
      {families.map((family) => (
        <FamilyRows key={family.job.id} family={family} marked={marked} />
      ))}
    </ScrollTable>
  );
}

/** Open from the beginning if a part has the reason why it failed, or is the job to point at. */
function FamilyRows({ family, marked }: { family: Family<Job>; marked: string }) {
  const { job, parts } = family;
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isTold = job.state === "FAILED" || parts.some(({ id }) => id === marked);
  const open = chosen ?? isTold;
  return (
    <>
      <JobRow job={job} marked={job.id === marked}>
        {parts.length > 0 && (
          <button type="button" class="link" aria-expanded={open} onClick={() => setChosen(!open)}>
            {open ? "Hide" : "Show"} {count(parts.length, "part")}
          </button>
        )}
      </JobRow>
      {open && parts.map((part) => <JobRow key={part.id} job={part} marked={part.id === marked} isPart />)}
    </>
  );
}

interface JobRowProps {
  readonly job: Job;
  readonly marked: boolean;
  readonly isPart?: boolean;
  readonly children?: ComponentChildren;
}

function JobRow({ job, marked, isPart = false, children }: JobRowProps) {
  const { label, state, progress, targetName, error } = job;
  const machine = machineOf(job);
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (marked) row.current?.scrollIntoView({ block: "nearest" });
  }, [marked]);
  return (
    <tr ref={row} class={[marked && "marked", isPart && "of-parent"].filter(Boolean).join(" ")}>
      <td>
        {label} {children && <div>{children}</div>}
      </td>
      <td>
        <State state={state} />
        {state === "RUNNING" && (
          <progress max={100} value={progress || undefined} aria-label={`Progress of ${label}`} />
        )}
        {error && <div class="detail">{error.message}</div>}
        {leftBy(job) && <div class="detail">{leftBy(job)}</div>}
      </td>
      <td>
        {machine ? (
          <a href={hrefOf("machine", { id: machine })}>{targetName}</a>
        ) : (
          partsInWords(job) || targetName
        )}
      </td>
      <td class="wide">{job.providerName}</td>
      <td class="wide">{job.requesterLogin}</td>
      <td class="wide">
        <When time={job.createdAt} />
      </td>
      <td>
        <JobActions job={job} />
      </td>
    </tr>
  );
}

function JobActions({ job }: { job: Job }) {
  const { jobs, providers } = useStores();
  const [shown, setShown] = useState(false);
  const providerOf = (id: string) => providers.rows.get(id);
  return (
    <>
      <button type="button" onClick={() => setShown(true)}>
        Events
      </button>{" "}
      {shown && <JobEvents job={job} onClose={() => setShown(false)} />}
      {mayCancel(job, providerOf) && <ActButton label="Cancel" work={() => jobs.cancel(job.id)} />}
      {mayRetry(job, providerOf) && <ActButton label="Retry" work={() => jobs.retry(job.id)} />}
    </>
  );
}
