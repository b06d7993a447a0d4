/** Runs a schedule at once: the dry run first, then the job. */
import { useEffect, useRef, useState } from "preact/hooks";

import { newKey } from "../data/actions.ts";
import { accepted, dryRunOf } from "../api/post.ts";
import { type CostChange, costInWords } from "../data/costs.ts";
import { runScheduleMutation, type Schedule } from "../data/schedules.ts";
import { count } from "../data/text.ts";
import { useAct } from "../parts/act.ts";
import { useStores } from "../parts/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { go } from "../route.ts";

interface RunProps {
  readonly schedule: Schedule;
  readonly onClose: () => void;
}

export function RunDialog({ schedule: { id, name, label }, onClose }: RunProps) {
  const { gateway } = useStores();
  const { busy, failure, run } = useAct();
  const [cost, setCost] = useState<CostChange | null>(null);
  const [targets, setTargets] = useState<readonly string[] | null>(null);
  const key = useRef(newKey()); // of this dialog: a second try is the same request
  const ask = async () => {
    const input = { id, dryRun: true };
    const { runSchedule } = await gateway.execute(runScheduleMutation, { input });
    const dryRun = dryRunOf(accepted(runSchedule));
    const refused = dryRun.checks.find(({ ok }) => !ok);
    if (!dryRun.allowed) throw new Error(refused?.message ?? "No machine would be acted on.");
    setCost(dryRun.cost ?? null);
    setTargets(
      (dryRun.targets ?? []).map(
        ({ virtualMachine, allowed, checks }) =>
          `${virtualMachine?.name ?? "A machine"}${allowed ? "" : `: ${refusal(checks)}`}`,
      ),
    );
  };
  useEffect(() => void run(ask), []);
  const submit = async () => {
    const input = { id, idempotencyKey: key.current };
    const { runSchedule } = await gateway.execute(runScheduleMutation, { input });
    const { job } = accepted(runSchedule);
    onClose();
    if (job) go("jobs", { job: job.id });
  };
  return (
    <Dialog title={`Run ${name} now`} onClose={onClose}>
      <p>{label}.</p>
      {busy && !targets && <p role="status">Asking the clouds …</p>}
      {targets && (
        <>
          <p>It would act on {count(targets.length, "machine")}.</p>
          <ul class="targets">
            {targets.map((target, index) => (
              <li key={index}>{target}</li>
            ))}
          </ul>
          {cost && <p>{costInWords(cost)}</p>}
        </>
      )}
      {failure && <p class="notice bad" role="alert">{failure}</p>}
      <footer>
        <button type="button" onClick={onClose}>
          Close
        </button>
        <button
          type="button"
          class="primary"
          disabled={busy || !targets?.length}
          onClick={() => void run(submit)}
        >
          Run now
        </button>
      </footer>
    </Dialog>
  );
}

function refusal(checks: readonly { readonly ok: boolean; readonly message: string }[]): string {
  return checks.find(({ ok }) => !ok)?.message ?? "refused";
}
