/** A button that does one thing, once for each time that it is pressed; beside it, why that failed. */
import { useAct } from "./act.ts";

interface ActButtonProps {
  readonly label: string;
  /** The text for screen readers, if the label alone does not name the object. */
  readonly name?: string;
  readonly work: () => Promise<unknown>;
}

export function ActButton({ label, name, work }: ActButtonProps) {
  const { busy, failure, run } = useAct();
  return (
    <>
      <button type="button" aria-label={name} disabled={busy} onClick={() => void run(work)}>
        {label}
      </button>
      {failure && <div class="detail" role="alert">{failure}</div>}
    </>
  );
}
