/** A dialog that does what cannot be undone, once its word was typed. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { spaced } from "../data/text.ts";
import { useAct } from "./act.ts";
import { Dialog } from "./dialog.tsx";
import { TypedWord } from "./typed_word.tsx";

interface TypedProps {
  readonly title: string;
  /** What is typed: the name of what goes. */
  readonly word: string;
  readonly button: string;
  readonly work: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function TypedDialog({ title, word, button, work, onClose, children }: TypedProps) {
  const { busy, failure, run } = useAct();
  const [typed, setTyped] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await run(work)) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        {children}
        <TypedWord word={word} typed={typed} onTyped={setTyped} />
        {failure && <p class="notice bad" role="alert">{failure}</p>}
        <footer>
          <button type="button" onClick={onClose}>
            Close
          </button>
          <button type="submit" class="danger" disabled={busy || spaced(typed) !== spaced(word)}>
            {button}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
