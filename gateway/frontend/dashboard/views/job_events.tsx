/** What has happened in a job, step by step; read again with each of its transitions. */
import { useEffect } from "preact/hooks";

import { graphql } from "../api/graphql.ts";
import { type Job, leftBy } from "../data/jobs.ts";
import { count, moment } from "../data/text.ts";
import { useClock } from "../parts/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Failure } from "../parts/failure.tsx";
import { useQuery } from "../parts/query.ts";
import { ScrollTable } from "../parts/scroll_table.tsx";
import { inWords, State } from "../parts/state.tsx";

const eventsQuery = graphql(`query JobEvents($id: ID!) {
  job(id: $id) {
    deadlineAt
    events(last: 100) { totalCount nodes { id at kind message } }
  }
}`);

export function JobEvents({ job, onClose }: { job: Job; onClose: () => void }) {
  useClock(1);
  const { data, error, loading, reload } = useQuery(eventsQuery, { id: job.id });
  const { state, progress, attempts } = job;
  useEffect(() => {
    if (!loading) void reload();
  }, [state, progress, attempts]);
  const events = data?.job?.events;
  const facts: [string, string | null | undefined][] = [
    ["On", job.targetName],
    ["Submitted", moment(job.createdAt)],
    ["Started", moment(job.startedAt)],
    ["Finished", moment(job.finishedAt)],
    ["Deadline", job.finishedAt ? null : moment(data?.job?.deadlineAt)],
    ["Attempts", attempts ? String(attempts) : null],
    ["Error", job.error?.message],
    ["Created", leftBy(job)],
  ];
  return (
    <Dialog title={job.label} onClose={onClose}>
      <p>
        <State state={state} />
      </p>
      <dl class="facts">
        {facts.map(([name, value]) =>
          value ? (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      <Failure error={error} onRetry={() => void reload()} shown={data !== null} />
      {loading && !data && <p role="status">Reading …</p>}
      {events && events.nodes.length === 0 && <p>No event is recorded.</p>}
      {events && events.nodes.length > 0 && (
        <ScrollTable label="Events" heads={[["When"], ["Event"], ["Message"]]}>
          {events.nodes.map(({ id, at, kind, message }) => (
            <tr key={id}>
              <td>{moment(at)}</td>
              <td>{inWords(kind)}</td>
              <td>{message}</td>
            </tr>
          ))}
        </ScrollTable>
      )}
      {events && events.totalCount > events.nodes.length && (
        <p class="detail">The latest of {count(events.totalCount, "event")}.</p>
      )}
    </Dialog>
  );
}
