/** A short form in one line: it is sent once, and emptied when that succeeded. */
import type { ComponentChildren } from "preact";

import { useAct } from "./act.ts";

interface EntryFormProps {
  readonly label: string;
  readonly button: string;
  readonly work: (text: (name: string) => string) => Promise<unknown>;
  readonly children: ComponentChildren;
}

export function EntryForm({ label, button, work, children }: EntryFormProps) {
  const { busy, failure, run } = useAct();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const entered = new FormData(form);
    const text = (name: string) => {
      const given = String(entered.get(name) ?? "");
      return name.startsWith("password") ? given : given.trim(); // a password may begin or end with a space
    };
    if (await run(() => work(text))) form.reset();
  };
  return (
    <form class="entry" aria-label={label} onSubmit={(event) => void submit(event)}>
      {children}
      <button type="submit" disabled={busy}>
        {button}
      </button>
      {failure && <p class="notice bad" role="alert">{failure}</p>}
    </form>
  );
}
