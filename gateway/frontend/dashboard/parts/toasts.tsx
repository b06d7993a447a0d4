/** The actions that were confirmed: undo, progress, failure. */
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
  const { submissions } = useStores();
  const { key, text, state, message, jobId } = submission;
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
  if (state === "SENT") {
    return (
      <div class="toast">
        {text}: the job is submitted. <a href={hrefOf("jobs", { job: jobId ?? "" })}>Show jobs</a>
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
