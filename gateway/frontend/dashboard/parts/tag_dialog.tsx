/** Sets a tag on the chosen machines, or removes it, after a dry run for each. */
import { useRef, useState } from "preact/hooks";

import { newKey } from "../data/actions.ts";
import type { Machine } from "../data/fleet.ts";
import { reasonAgainstTags, submitTags, taggable, type Tagging, tryTags, type TagVerdict } from "../data/tagging.ts";
import { count } from "../data/text.ts";
import { useAct } from "./act.ts";
import { useStores } from "./context.ts";
import { Dialog } from "./dialog.tsx";

interface TagProps {
  /** Those that were chosen when the dialog was opened. */
  readonly machines: readonly Machine[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function TagDialog({ machines: chosen, onClose, onDone }: TagProps) {
  const { gateway, providers, submissions } = useStores();
  const [machines] = useState(chosen);
  const [entered, setEntered] = useState({ name: "", value: "", removes: false });
  const [key] = useState(newKey);
  const { verdicts, answers, act, check, forget } = useDryRun();
  const providerOf = (id: string) => providers.rows.get(id);
  const able = taggable(machines, providerOf);
  const against = reasonAgainstTags(machines, providerOf);
  const ids = verdicts?.filter(({ allowed }) => allowed).map(({ id }) => id) ?? [];
  const tagging: Tagging = {
    key: entered.name.trim(),
    value: entered.removes ? null : entered.value.trim(),
  };
  const change = (changes: Partial<typeof entered>) => {
    setEntered({ ...entered, ...changes });
    forget();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (!verdicts) {
      check(able.map(({ id }) => id), tagging);
      return;
    }
    if (!ids.length) return;
    const what = entered.removes ? `Removing ${tagging.key} from` : `Tagging ${tagging.key}=${tagging.value} on`;
    submissions.add(key, `${what} ${count(ids.length, "machine")}`, () =>
      submitTags(gateway, ids, tagging, key),
    );
    onDone();
  };
  return (
    <Dialog title={`Tag ${count(machines.length, "machine")}`} onClose={onClose}>
      <form onSubmit={submit}>
        {against && <p class="notice warn">{against}</p>}
        <TagFields {...entered} onChange={change} />
        {act.failure && <p class="notice bad" role="alert">The dry run failed. {act.failure}</p>}
        <div role="status">
          {act.busy && `Asked about ${answers} of ${count(able.length, "machine")} …`}
          {verdicts && `The dry run allows it for ${ids.length} of ${count(verdicts.length, "machine")}.`}
        </div>
        <Targets machines={able} verdicts={verdicts} />
        <footer>
          <button type="button" onClick={onClose}>
            Close
          </button>
          {verdicts ? (
            <button type="submit" class="primary" disabled={!ids.length}>
              {entered.removes ? "Remove from" : "Tag"} {count(ids.length, "machine")}
            </button>
          ) : (
            <button type="submit" class="primary" disabled={!able.length || act.busy}>
              Check
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

/** The dry run of what is entered now: an answer to what was entered before is dropped. */
function useDryRun() {
  const { gateway } = useStores();
  const act = useAct();
  const latest = useRef(0);
  const [verdicts, setVerdicts] = useState<readonly TagVerdict[] | null>(null);
  const [answers, setAnswers] = useState(0);
  const forget = () => {
    latest.current += 1;
    setVerdicts(null);
  };
  const check = (ids: readonly string[], tagging: Tagging) => {
    const asked = latest.current;
    setAnswers(0);
    void act.run(async () => {
      const found = await tryTags(gateway, ids, tagging, () => setAnswers((before) => before + 1));
      if (asked === latest.current) setVerdicts(found);
    });
  };
  return { verdicts, answers, act, check, forget };
}

interface TagFieldsProps {
  readonly name: string;
  readonly value: string;
  readonly removes: boolean;
  readonly onChange: (changes: { name?: string; value?: string; removes?: boolean }) => void;
}

function TagFields({ name, value, removes, onChange }: TagFieldsProps) {
  return (
    <>
      <div class="columns">
        <label>
          Key
          <input
            value={name}
            required
            maxLength={128}
            autocomplete="off"
            placeholder="owner"
            onInput={(event) => onChange({ name: event.currentTarget.value })}
          />
        </label>
        <label>
          Value
          <input
            value={value}
            maxLength={256}
            autocomplete="off"
            disabled={removes}
            onInput={(event) => onChange({ value: event.currentTarget.value })}
          />
        </label>
      </div>
      <label>
        <input
          type="checkbox"
          checked={removes}
          onChange={(event) => onChange({ removes: event.currentTarget.checked })}
        />{" "}
        Remove the tag of this key
      </label>
    </>
  );
}

interface TargetsProps {
  readonly machines: readonly Machine[];
  readonly verdicts: readonly TagVerdict[] | null;
}

function Targets({ machines, verdicts }: TargetsProps) {
  return (
    <ul class="targets">
      {machines.map(({ id, name, externalId }) => {
        const verdict = verdicts?.find((one) => one.id === id);
        return (
          <li key={id} class={verdict?.allowed === false ? "refused" : ""}>
            {name || externalId}
            {verdict?.objections.map((objection) => <div key={objection}>{objection}</div>)}
          </li>
        );
      })}
    </ul>
  );
}
