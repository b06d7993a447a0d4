/** Creates a schedule for a filter: first its dry run with the machines of now, then itself. */
import { useEffect, useRef, useState } from "preact/hooks";

import { accepted } from "../api/post.ts";
import type { DryRun } from "../data/action_documents.ts";
import { verdictsOf } from "../data/action_requests.ts";
import { createScheduleMutation, type NewSchedule, OPERATIONS } from "../data/schedules.ts";
import { count } from "../data/text.ts";
import { cronOf, DAYS, filterOf, ownTimezone } from "../data/timetable.ts";
import { useAct } from "../parts/act.ts";
import { Target } from "../parts/confirm.tsx";
import { useStores } from "../parts/context.ts";
import { Dialog } from "../parts/dialog.tsx";

const OWN_CRON = "cron";

export function ScheduleForm({ onClose }: { onClose: () => void }) {
  const { gateway } = useStores();
  const { busy, failure, run } = useAct();
  const [wrong, setWrong] = useState("");
  const [tried, setTried] = useState<{ input: NewSchedule; verdict: DryRun } | null>(null);
  const send = async (input: NewSchedule) => {
    const { createSchedule } = await gateway.execute(createScheduleMutation, { input });
    return accepted(createSchedule);
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const input = inputOf(new FormData(event.currentTarget as HTMLFormElement));
    setWrong(typeof input === "string" ? input : "");
    if (typeof input === "string") return;
    await run(async () => {
      const { dryRun: verdict } = await send({ ...input, dryRun: true });
      if (verdict) setTried({ input, verdict });
    });
  };
  const create = async () => {
    if (tried && (await run(() => send(tried.input)))) onClose();
  };
  return (
    <Dialog title="Create a schedule" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} onInput={() => setTried(null)}>
        <ScheduleFields />
        {(wrong || failure) && <p class="notice bad" role="alert">{wrong || failure}</p>}
        {tried && <Verdict verdict={tried.verdict} />}
        <footer>
          <button type="button" onClick={onClose}>
            Close
          </button>
          <button type="submit" class={tried ? "" : "primary"} disabled={busy}>
            {busy && !tried ? "Asking …" : "Preview"}
          </button>
          {tried && (
            <button
              type="button"
              class="primary"
              disabled={busy || tried.verdict.checks.some(({ ok }) => !ok)}
              onClick={() => void create()}
            >
              Create
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

function ScheduleFields() {
  const { providers } = useStores();
  const [days, setDays] = useState(DAYS[0]?.cron);
  return (
    <>
      <label>
        Name
        <input name="name" required maxLength={100} autocomplete="off" />
      </label>
      <div class="columns">
        <label>
          Action
          <select name="operation">
            {OPERATIONS.map(({ name, label }) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          Max machines
          <input name="max" type="number" required min={1} max={1000} defaultValue="20" />
        </label>
        <label>
          Days
          <select name="days" value={days} onChange={(event) => setDays(event.currentTarget.value)}>
            {DAYS.map(({ cron, label }) => (
              <option key={cron} value={cron}>
                {label}
              </option>
            ))}
            <option value={OWN_CRON}>By a cron expression</option>
          </select>
        </label>
        {days === OWN_CRON ? (
          <label>
            Cron expression
            <input name="cron" required placeholder="0 19 * * mon-fri" autocomplete="off" />
          </label>
        ) : (
          <label>
            Time
            <input name="time" type="time" required defaultValue="19:00" />
          </label>
        )}
        <label>
          Time zone
          <input name="timezone" required defaultValue={ownTimezone()} autocomplete="off" />
        </label>
        <label>
          Provider
          <select name="provider">
            <option value="">Every provider</option>
            {providers.rows.all.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Tag
          <input name="tag" placeholder="env=dev" pattern="[^=]+=.+" autocomplete="off" />
        </label>
        <label>
          Words
          <input name="search" placeholder="of a name, a size, an address …" autocomplete="off" />
        </label>
      </div>
    </>
  );
}

function Verdict({ verdict }: { verdict: DryRun }) {
  const targets = verdictsOf(verdict);
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => element.current?.scrollIntoView({ block: "nearest" }), [verdict]);
  return (
    <div role="status" ref={element}>
      {verdict.checks.map(({ name, ok, message }) => (
        <p key={name} class={ok ? "" : "notice warn"}>
          {message}
        </p>
      ))}
      {targets.length > 0 && (
        <>
          <p>At present it would act on {count(targets.length, "machine")}. Each run asks the clouds again.</p>
          <ul class="targets">
            {targets.map((target) => (
              <Target key={target.id} target={target} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** The mutation's input; a text: what is missing. */
function inputOf(entered: FormData): NewSchedule | string {
  const text = (name: string) => String(entered.get(name) ?? "").trim();
  const days = text("days");
  const cron = days === OWN_CRON ? text("cron") : cronOf(text("time"), days);
  if (!cron) return "Enter a time.";
  const filter = filterOf({
    provider: text("provider"),
    tag: text("tag"),
    search: text("search"),
  });
  if (!Object.keys(filter).length) {
    return "Name a provider, a tag or words: a schedule for all machines is too easily a mistake.";
  }
  return {
    name: text("name"),
    operation: text("operation"),
    cron,
    timezone: text("timezone"),
    max: Number(text("max")),
    filter,
  };
}
