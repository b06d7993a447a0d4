/** Ctrl-K: every view, provider and machine by name, and the actions on a machine. */
import { useState } from "preact/hooks";

import { ACTIONS, reasonAgainst } from "../data/actions.ts";
import type { Machine } from "../data/fleet.ts";
import { hasWords, wordsOf } from "../data/text.ts";
import { hrefOf } from "../route.ts";
import { useStores } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { VIEWS } from "./navigation.ts";

interface Entry {
  readonly label: string;
  readonly kind: string;
  readonly href: string;
  /** Of a machine, where it is: several may have one name. */
  readonly place?: string;
  /** What else it is found by. */
  readonly words?: string;
}

const MOST_SHOWN = 12;

const placeOf = ({ region, publicIps, privateIps }: Machine) =>
  [region, publicIps[0] ?? privateIps[0]].filter(Boolean).join(", ");

/** "Stop web-1", once a word begins the name of an action, for machines that it is offered for. */
function useActions(words: readonly string[]): Entry[] {
  const { fleet, providers } = useStores();
  const meant = ACTIONS.flatMap((action) => {
    const [word] = words.filter((each) => action.name.startsWith(each));
    return word === undefined ? [] : [{ action, rest: words.filter((each) => each !== word) }];
  });
  return meant.flatMap(({ action, rest }) =>
    fleet.machines.all
      .filter(
        (machine) =>
          hasWords(machine.name || machine.externalId, rest) &&
          reasonAgainst(action, [machine], (id) => providers.rows.get(id)) === null,
      )
      .slice(0, MOST_SHOWN)
      .map((machine) => ({
        label: `${action.label} ${machine.name || machine.externalId}`,
        kind: "action",
        href: hrefOf("machine", { id: machine.id, do: action.name }),
        place: placeOf(machine),
      })),
  );
}

export function Palette({ onClose }: { onClose: () => void }) {
  const { fleet, providers } = useStores();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const words = wordsOf(text);
  const matches = ({ label, kind, words: others = "" }: Entry) => hasWords(`${kind} ${label} ${others}`, words);
  const entries: Entry[] = [
    ...VIEWS.map(({ path, title }) => ({ label: title, kind: "view", href: hrefOf(path) })),
    ...providers.rows.all.map(({ name }) => ({
      label: name,
      kind: "provider",
      href: hrefOf("machines", { group: "provider", only: name }),
    })),
    ...fleet.machines.all.map((machine) => ({
      label: machine.name || machine.externalId,
      kind: "machine",
      href: hrefOf("machine", { id: machine.id }),
      place: placeOf(machine),
      words: [machine.externalId, ...machine.publicIps, ...machine.privateIps].join(" "),
    })),
  ];
  const found = [...entries.filter(matches), ...useActions(words)].slice(0, MOST_SHOWN);
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
              {entry.label} <small>{[entry.kind, entry.place].filter(Boolean).join(", ")}</small>
            </li>
          ))}
        </ul>
        {!found.length && <p>Nothing is found.</p>}
      </form>
    </Dialog>
  );
}
