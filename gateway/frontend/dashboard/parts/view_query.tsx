/** The GraphQL query for what a view shows: to copy, and to run in GraphiQL. */
import { useState } from "preact/hooks";

import { useStores } from "./context.ts";
import { useCopy } from "./copy.tsx";
import { Dialog } from "./dialog.tsx";

/** `query`: made when the dialog is opened. */
export function ViewQuery({ query }: { query: () => string }) {
  const [text, setText] = useState<string | null>(null);
  return (
    <>
      <button type="button" onClick={() => setText(query())}>
        Query
      </button>
      {text !== null && <QueryDialog text={text} onClose={() => setText(null)} />}
    </>
  );
}

function QueryDialog({ text, onClose }: { text: string; onClose: () => void }) {
  const { gateway } = useStores();
  const { note, copy } = useCopy(text);
  return (
    <Dialog title="The query of this view" onClose={onClose}>
      <p>GraphiQL, curl and scripts get the same rows with it.</p>
      <pre tabIndex={0}>{text}</pre>
      <p role="status">{note}</p>
      <footer>
        <button type="button" onClick={onClose}>
          Close
        </button>
        <button type="button" onClick={copy}>
          Copy
        </button>
        <a class="button primary" href={`${gateway.addresses.endpoint}#query=${encodeURIComponent(text)}`}>
          Open in GraphiQL
        </a>
      </footer>
    </Dialog>
  );
}
