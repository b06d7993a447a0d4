/**
 * A modal dialog. Its first field has the focus; without a field the button that confirms, once it can
 * be pressed. Escape closes it, and the focus goes back where it was.
 */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

const FIELD = "form :is(input, select, textarea):not([hidden], [type=checkbox])";
const CONFIRM = "form [type=submit]:not(:disabled)";

export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  // Before the page is painted: what is typed right after the click goes into the dialog.
  useLayoutEffect(() => {
    element.current?.showModal();
    element.current?.focus();
  }, []);
  useLayoutEffect(() => {
    const dialog = element.current;
    // What the user has focused keeps the focus: the dialog itself has it until there is something.
    if (!dialog || document.activeElement !== dialog) return;
    const first = dialog.querySelector<HTMLElement>(FIELD) ?? dialog.querySelector<HTMLElement>(CONFIRM);
    first?.focus();
  });
  return (
    <dialog ref={element} aria-label={title} tabIndex={-1} onClose={onClose} onKeyDown={onKey}>
      <header>
        <h2>{title}</h2>
        <button type="button" class="plain" aria-label="Close" onClick={onClose}>
          ×
        </button>
      </header>
      {children}
    </dialog>
  );
}

/** Enter on a box checks it. Browsers would submit the form, which the user has not read to its end. */
function onKey(event: KeyboardEvent): void {
  const { target } = event;
  if (event.key !== "Enter" || !(target instanceof HTMLInputElement)) return;
  if (target.type !== "checkbox") return;
  event.preventDefault();
  target.click();
}
