/** Actions on machines at planned times: list, switch on and off, create, delete, runs. */
import { useState } from "preact/hooks";

import { accepted } from "../api/post.ts";
import {
  deleteScheduleMutation,
  type Schedule,
  schedulesQuery,
  updateScheduleMutation,
} from "../data/schedules.ts";
import { count, moment } from "../data/text.ts";
import { filterInWords } from "../data/timetable.ts";
import { useAct } from "../parts/act.ts";
import { useChanges, useStores } from "../parts/context.ts";
import { Failure } from "../parts/failure.tsx";
import { useQuery } from "../parts/query.ts";
import { ScrollTable } from "../parts/scroll_table.tsx";
import { State } from "../parts/state.tsx";
import { TypedDialog } from "../parts/typed.tsx";
import { hrefOf } from "../route.ts";
import { ScheduleForm } from "./schedule_form.tsx";
import { RunDialog } from "./schedule_run.tsx";

export function Schedules() {
  const { providers } = useStores();
  useChanges(providers.rows);
  const { data, error, loading, reload } = useQuery(schedulesQuery, {});
  const [creating, setCreating] = useState(false);
  const schedules = data?.schedules?.nodes ?? [];
  return (
    <main>
      <h1>Schedules</h1>
      <Failure error={error} onRetry={() => void reload()} shown={data !== null} />
      <div class="bar">
        <span class="count" role="status">
          {data ? count(data.schedules?.totalCount ?? 0, "schedule") : loading && "Reading …"}
        </span>
        <button type="button" class="primary" onClick={() => setCreating(true)}>
          Create a schedule
        </button>
      </div>
      {schedules.map((schedule) => (
        <ScheduleCard key={schedule.id} schedule={schedule} reload={reload} />
      ))}
      {data && !schedules.length && (
        <p>
          There is no schedule yet. One can stop the machines of a lab every evening, and start them
          in the morning.
        </p>
      )}
      {creating && (
        <ScheduleForm
          onClose={() => {
            setCreating(false);
            void reload(); // it may be there although the answer to its creation was lost
          }}
        />
      )}
    </main>
  );
}

interface CardProps {
  readonly schedule: Schedule;
  readonly reload: () => Promise<void>;
}

function ScheduleCard({ schedule, reload }: CardProps) {
  const { gateway, providers } = useStores();
  const { busy, failure, run } = useAct();
  const [leaving, setLeaving] = useState(false);
  const [running, setRunning] = useState(false);
  const { id, name, label, times, enabled, max, filter, machineNames, owner } = schedule;
  const nameOf = (provider: string) => providers.rows.get(provider)?.name ?? "a provider";
  const machines = machineNames
    ? machineNames.map((machine) => machine.name ?? "a machine").join(", ")
    : filterInWords(filter, nameOf);
  const [next] = schedule.nextRuns;
  const change = async (on: boolean) => {
    const { updateSchedule } = await gateway.execute(updateScheduleMutation, {
      input: { id, enabled: on },
    });
    accepted(updateSchedule);
    await reload();
  };
  const forget = async () => {
    accepted((await gateway.execute(deleteScheduleMutation, { input: { id } })).deleteSchedule);
    await reload();
  };
  return (
    <section class="card" aria-label={name}>
      <h2>
        {name} <State state={enabled ? "ENABLED" : "DISABLED"} />
      </h2>
      <dl class="facts">
        <Fact name="Action" value={label} />
        <Fact name="Times" value={times} />
        <Fact name="Next run" value={next ? moment(next) : "Not planned"} />
        <Fact name="Machines" value={`${machines}; at most ${count(max, "machine")}`} />
        <Fact name="Runs as" value={owner.login} />
      </dl>
      <div class="bar">
        <button type="button" disabled={busy} onClick={() => void run(() => change(!enabled))}>
          {enabled ? "Disable" : "Enable"}
        </button>
        <button type="button" onClick={() => setRunning(true)}>
          Run now
        </button>
        <button type="button" class="danger" onClick={() => setLeaving(true)}>
          Delete
        </button>
      </div>
      {failure && <p class="notice bad" role="alert">{failure}</p>}
      <Runs schedule={schedule} />
      {running && (
        <RunDialog
          schedule={schedule}
          onClose={() => {
            setRunning(false);
            void reload();
          }}
        />
      )}
      {leaving && (
        <TypedDialog
          title={`Delete ${name}`}
          word={name}
          button="Delete"
          work={forget}
          onClose={() => setLeaving(false)}
        >
          <p>It does not run again. The jobs that it has submitted stay, and go on.</p>
        </TypedDialog>
      )}
    </section>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Runs({ schedule: { name, runs } }: { schedule: Schedule }) {
  if (!runs?.nodes.length) return <p class="detail">It has not run yet.</p>;
  return (
    <>
      <ScrollTable
        label={`Runs of ${name}`}
        heads={[["Planned at"], ["Outcome"], ["Job"]]}
      >
        {runs.nodes.map(({ id, plannedAt, outcome, message, job }) => (
          <tr key={id}>
            <td>{moment(plannedAt)}</td>
            <td>
              <State state={outcome} />
              <div class="detail">{message}</div>
            </td>
            <td>
              {job && (
                <a href={hrefOf("jobs", { job: job.id })}>
                  <State state={job.state} />
                </a>
              )}
            </td>
          </tr>
        ))}
      </ScrollTable>
      {runs.totalCount > runs.nodes.length && (
        <p class="detail">The newest of {count(runs.totalCount, "run")}.</p>
      )}
    </>
  );
}
