/** The field in which a word is typed to confirm what a dialog does. */
import type { ComponentChildren } from "preact";

interface TypedWordProps {
  readonly word: string;
  readonly typed: string;
  readonly onTyped: (typed: string) => void;
  /** What is said before it. */
  readonly children?: ComponentChildren;
}

export function TypedWord({ word, typed, onTyped, children }: TypedWordProps) {
  return (
    <label>
      {children}
      Type <strong>{word}</strong> to confirm.
      <input
        value={typed}
        autocomplete="off"
        onInput={(event) => onTyped(event.currentTarget.value)}
      />
    </label>
  );
}
