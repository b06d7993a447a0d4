/** Shows the dry run of an action, and submits it for the machines that allow it. */
import { useEffect, useState } from "preact/hooks";

import {
  type Action,
  type DryRun,
  dryRun,
  machinesInWords,
  newKey,
  readVolumes,
  submit as submitAction,
} from "../data/actions.ts";
import { costInWords } from "../data/costs.ts";
import type { Machine } from "../data/fleet.ts";
import { count, spaced } from "../data/text.ts";
import { useStores } from "./context.ts";
import { Dialog } from "./dialog.tsx";
import { TypedWord } from "./typed_word.tsx";

interface ConfirmProps {
  readonly action: Action;
  /** Those that were chosen when the action was. A later change of the list changes none of them. */
  readonly machines: readonly Machine[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function Confirm({ action, machines: chosen, onClose, onDone }: ConfirmProps) {
  const { gateway, submissions } = useStores();
  const [machines] = useState(chosen);
  const [verdict, setVerdict] = useState<DryRun | null>(null);
  const [failure, setFailure] = useState("");
  const [typed, setTyped] = useState("");
  const [key] = useState(newKey);
  useEffect(() => {
    const ids = machines.map(({ id }) => id);
    const ask = async () => {
      const first = await dryRun(gateway, action, ids);
      setVerdict(first);
      if (!first.cost || first.cost.complete) return;
      // What volumes cost is known once their list was read. If it cannot be read, the note stays.
      if (!(await readVolumes(gateway, machines))) return;
      const { cost, targets } = await dryRun(gateway, action, ids);
      // The targets that are shown never change. The cost has to be that of the same ones.
      if (allowedOf(targets) === allowedOf(first.targets)) setVerdict({ ...first, cost });
    };
    ask().catch((error: Error) => setFailure(error.message));
  }, []);

  const targets = verdict?.targets ?? [];
  const allowed = targets.filter((target) => target.allowed).map((one) => one.virtualMachine);
  const word = wordFor(allowed.map(({ name }) => name));
  const ready = allowed.length > 0 && (!action.destructive || spaced(typed) === word);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!ready) return;
    const ids = allowed.map(({ id }) => id);
    const text = `${action.progressive} ${machinesInWords(allowed)}`;
    submissions.add(key, text, async () => [await submitAction(gateway, action, ids, key)]);
    onDone();
  };
  return (
    <Dialog title={`${action.label} ${machinesInWords(machines)}`} onClose={onClose}>
      <form onSubmit={submit}>
        {failure && <p class="notice bad" role="alert">The dry run failed. {failure}</p>}
        {!verdict && !failure && <p role="status">Asking each cloud what would happen …</p>}
        {verdict && (
          <>
            <ul class="targets">
              {targets.map((target) => (
                <Target key={target.virtualMachine.id} target={target} />
              ))}
            </ul>
            {verdict.cost && <p>{costInWords(verdict.cost)}</p>}
            {allowed.length < targets.length && (
              <p class="notice warn">
                {count(targets.length - allowed.length, "machine")} will be left out.
              </p>
            )}
            {action.destructive && allowed.length > 0 && (
              <TypedWord word={word} typed={typed} onTyped={setTyped}>
                This cannot be undone.{" "}
              </TypedWord>
            )}
          </>
        )}
        <footer>
          <button type="button" onClick={onClose}>
            Close
          </button>
          <button type="submit" class={action.destructive ? "danger" : "primary"} disabled={!ready}>
            {action.label} {machinesInWords(allowed)}
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

const allowedOf = (targets: DryRun["targets"]) =>
  (targets ?? []).flatMap(({ allowed, virtualMachine }) => (allowed ? virtualMachine.id : [])).join();

type TargetVerdict = NonNullable<DryRun["targets"]>[number];

/** A machine of a dry run, with what speaks against it. */
export function Target({ target }: { target: TargetVerdict }) {
  const { virtualMachine, allowed, checks } = target;
  const objections = checks.filter(({ ok }) => !ok);
  return (
    <li class={allowed ? "" : "refused"}>
      <strong>{virtualMachine.name}</strong> {virtualMachine.provider.name} {virtualMachine.region}
      {objections.map(({ name, message }) => (
        <div key={name}>{message}</div>
      ))}
    </li>
  );
}
