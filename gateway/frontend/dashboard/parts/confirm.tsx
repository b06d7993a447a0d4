/** Shows the dry run of an action, and submits it for the targets that allow it. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { type ActionRequest, submitAction, type TargetVerdict, type Trial } from "../data/action_requests.ts";
import { type Action, newKey, type Target as Chosen, targetsInWords } from "../data/actions.ts";
import { costInWords } from "../data/costs.ts";
import { count, spaced } from "../data/text.ts";
import { useStores } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { useTrial } from "./trial.ts";
import { TypedWord } from "./typed_word.tsx";

interface ConfirmProps {
  readonly action: Action;
  /** Those that were chosen when the action was. A later change of the list changes none of them. */
  readonly targets: readonly Chosen[];
  /** Null: something is still to be chosen. Absent: the action takes nothing but its target. */
  readonly request?: ActionRequest | null;
  readonly onClose: () => void;
  readonly onDone: () => void;
  /** What is to be chosen. */
  readonly children?: ComponentChildren;
}

export function Confirm({ action, targets: chosen, onClose, onDone, ...more }: ConfirmProps) {
  const { gateway, submissions } = useStores();
  const [targets] = useState(chosen);
  const request = more.request === undefined ? { action } : more.request;
  const { trial, failure, answers } = useTrial(request, targets);
  const [typed, setTyped] = useState("");
  const [key] = useState(newKey);
  const allowed = trial?.targets.filter((target) => target.allowed) ?? [];
  const word = wordFor(allowed.map(({ name }) => name));
  const ready = allowed.length > 0 && (!action.destructive || spaced(typed) === word);
  const inWords = (some: readonly { readonly name: string }[]) => targetsInWords(some, action.noun);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!ready || !request) return;
    const ids = allowed.map(({ id }) => id);
    const text = `${action.progressive} ${inWords(allowed)}`;
    submissions.add(key, text, () => submitAction(gateway, request, ids, key));
    onDone();
  };
  return (
    <Dialog title={`${action.label} ${inWords(targets)}`} onClose={onClose}>
      <form onSubmit={submit}>
        {more.children}
        {failure && <p class="notice bad" role="alert">The dry run failed. {failure}</p>}
        {request && !trial && !failure && (
          <p role="status">
            Asking each cloud what would happen …
            {answers > 0 && ` ${answers} of ${targets.length} answered.`}
          </p>
        )}
        {trial && <TrialView trial={trial} noun={action.noun} />}
        {trial && action.destructive && allowed.length > 0 && (
          <TypedWord word={word} typed={typed} onTyped={setTyped}>
            This cannot be undone.{" "}
          </TypedWord>
        )}
        <footer>
          <button type="button" onClick={onClose}>
            Close
          </button>
          <button type="submit" class={action.destructive ? "danger" : "primary"} disabled={!ready}>
            {action.label} {inWords(allowed.length ? allowed : targets)}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/** What is typed to confirm: the name of the one target, or how many there are. */
export function wordFor(names: readonly string[]): string {
  const [name = ""] = names;
  return (names.length === 1 && spaced(name)) || String(names.length);
}

function TrialView({ trial, noun }: { trial: Trial; noun: string }) {
  const { targets, cost } = trial;
  const left = targets.filter(({ allowed }) => !allowed).length;
  return (
    <>
      <ul class="targets">
        {targets.map((target) => (
          <Target key={target.id} target={target} />
        ))}
      </ul>
      {cost && <p>{costInWords(cost)}</p>}
      {left > 0 && left < targets.length && (
        <p class="notice warn">{count(left, noun)} will be left out.</p>
      )}
      {left > 0 && left === targets.length && <p class="notice warn">Nothing would be done.</p>}
    </>
  );
}

/** A target of a dry run, with what speaks against it. */
export function Target({ target }: { target: TargetVerdict }) {
  const { name, place, allowed, objections } = target;
  return (
    <li class={allowed ? "" : "refused"}>
      <strong>{name}</strong> {place}
      {objections.map((objection) => (
        <div key={objection}>{objection}</div>
      ))}
    </li>
  );
}
