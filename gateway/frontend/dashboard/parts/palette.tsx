/** Ctrl-K: every view, provider and machine by name. */
import { useState } from "preact/hooks";

import { hasWords, wordsOf } from "../data/text.ts";
import { hrefOf } from "../route.ts";
import { useStores } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { VIEWS } from "./navigation.ts";

interface Entry {
  readonly label: string;
  readonly kind: string;
  readonly href: string;
}

const MOST_SHOWN = 12;

export function Palette({ onClose }: { onClose: () => void }) {
  const { fleet, providers } = useStores();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const words = wordsOf(text);
  const matches = ({ label, kind }: Entry) => hasWords(`${kind} ${label}`, words);
  const entries: Entry[] = [
    ...VIEWS.map(({ path, title }) => ({ label: title, kind: "view", href: hrefOf(path) })),
    ...providers.rows.all.map(({ name }) => ({
      label: name,
      kind: "provider",
      href: hrefOf("machines", { q: name }),
    })),
    ...fleet.machines.all.map(({ id, name, externalId }) => ({
      label: name || externalId,
      kind: "machine",
      href: hrefOf("machine", { id }),
    })),
  ];
  const found = entries.filter(matches).slice(0, MOST_SHOWN);
  const current = Math.min(at, found.length - 1);
  const open = (entry: Entry | undefined) => {
    if (!entry) return;
    location.hash = entry.href;
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    setAt(Math.max(0, Math.min(found.length - 1, current + step)));
  };
  return (
    <Dialog title="Go to" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          open(found[current]);
        }}
      >
        <input
          role="combobox"
          aria-label="Go to"
          aria-expanded="true"
          aria-controls="palette"
          aria-activedescendant={`palette-${current}`}
          autofocus
          value={text}
          onKeyDown={onKeyDown}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setAt(0);
          }}
        />
        <ul id="palette" role="listbox" aria-label="Found">
          {found.map((entry, index) => (
            <li
              key={entry.href}
              id={`palette-${index}`}
              role="option"
              aria-selected={index === current}
              onClick={() => open(entry)}
            >
              {entry.label} <small>{entry.kind}</small>
            </li>
          ))}
        </ul>
        {!found.length && <p>Nothing of that name.</p>}
      </form>
    </Dialog>
  );
}
