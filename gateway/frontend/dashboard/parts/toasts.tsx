/** The actions that were confirmed: undo, progress, the end of their jobs, failure. */
import { useEffect } from "preact/hooks";

import { outcomeOf } from "../data/jobs.ts";
import { UNDO_SECONDS, type Submission } from "../data/submissions.ts";
import { hrefOf } from "../route.ts";
import { useChanges, useStores } from "./context.ts";

export function Toasts() {
  const { submissions } = useStores();
  useChanges(submissions.list);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {submissions.list.current.map((one) => (
        <Toast key={one.key} submission={one} />
      ))}
    </div>
  );
}

function Toast({ submission }: { submission: Submission }) {
  const { submissions, jobs } = useStores();
  useChanges(jobs.rows);
  const { key, text, state, message, jobIds } = submission;
  const outcome = state === "SENT" ? outcomeOf(jobIds.map((id) => jobs.rows.get(id))) : null;
  const expires = outcome?.ended && !outcome.failed;
  useEffect(() => (expires ? submissions.expire(key) : undefined), [key, expires]);
  const dismiss = (
    <button type="button" onClick={() => submissions.dismiss(key)}>
      Dismiss
    </button>
  );
  if (state === "WAITING") {
    return (
      <div class="toast">
        {text} in {UNDO_SECONDS} seconds.
        <button type="button" onClick={() => submissions.undo(key)}>
          Undo
        </button>
      </div>
    );
  }
  if (state === "SENDING") return <div class="toast">{text} …</div>;
  if (outcome) {
    return (
      <div class={outcome.failed ? "toast bad" : "toast"}>
        {text}: {outcome.words} <a href={hrefOf("jobs", { job: jobIds[0] ?? "" })}>Show jobs</a>
        {dismiss}
      </div>
    );
  }
  return (
    <div class="toast bad">
      {text} failed. {message}
      <button type="button" onClick={() => void submissions.send(key)}>
        Try again
      </button>
      {dismiss}
    </div>
  );
}
