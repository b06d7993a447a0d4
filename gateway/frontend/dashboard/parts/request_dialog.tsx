/** A dialog that shows the dry run of one request and submits it, to be undone for a moment. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { newKey } from "../data/actions.ts";
import { spaced } from "../data/text.ts";
import type { Verdict } from "../data/verdict.ts";
import { useStores } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { TypedWord } from "./typed_word.tsx";
import { useVerdict } from "./verdict.ts";

interface RequestDialogProps<Request> {
  readonly title: string;
  /** On the button. */
  readonly label: string;
  /** "Deleting logs". */
  readonly progressive: string;
  /** Null: it is not complete yet. */
  readonly request: Request | null;
  readonly ask: (request: Request) => Promise<Verdict>;
  /** Submits under the key, and returns the jobs' ids. */
  readonly send: (request: Request, key: string) => Promise<readonly string[]>;
  /** Of what cannot be undone: what is typed to confirm it. */
  readonly word?: string | undefined;
  /** Whether what the dry run says is a warning although it allows the request. */
  readonly isGrave?: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
  readonly children: ComponentChildren;
}

export function RequestDialog<Request>(props: RequestDialogProps<Request>) {
  const { title, label, progressive, request, ask, send, word, onClose, onDone } = props;
  const { submissions } = useStores();
  const [key] = useState(newKey);
  const [typed, setTyped] = useState("");
  const { verdict, failure } = useVerdict(JSON.stringify(request), request && (() => ask(request)));
  const isTyped = word === undefined || spaced(typed) === spaced(word);
  const ready = verdict?.allowed === true && isTyped;
  const submit = (event: Event) => {
    event.preventDefault();
    if (!ready || request === null) return;
    submissions.add(key, progressive, () => send(request, key));
    onDone();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        {props.children}
        {failure && <p class="notice bad" role="alert">The dry run failed. {failure}</p>}
        <div role="status">
          {request !== null && !verdict && !failure && "Asking the cloud what would happen …"}
          {verdict?.words.map((each) => (
            <p key={each} class={verdict.allowed && !props.isGrave ? "" : "notice warn"}>
              {each}
            </p>
          ))}
          {verdict?.allowed && !verdict.words.length && "The dry run found nothing against it."}
        </div>
        {word !== undefined && (
          <TypedWord word={word} typed={typed} onTyped={setTyped}>
            This cannot be undone.{" "}
          </TypedWord>
        )}
        <footer>
          <button type="button" onClick={onClose}>
            Close
          </button>
          <button type="submit" class={word === undefined ? "primary" : "danger"} disabled={!ready}>
            {label}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
