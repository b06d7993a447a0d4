/** The actions on what is chosen; below each, for which of them role, cloud and state do not allow it. */
import type { ComponentChildren } from "preact";

import { ableTo, type Action, ACTIONS, reasonAgainst, type Target } from "../data/actions.ts";
import type { Machine } from "../data/fleet.ts";
import { reasonAgainstTags, taggable } from "../data/tagging.ts";
import { useStores } from "./context.ts";

interface MachineBarProps {
  readonly chosen: readonly Machine[];
  /** `machines`: those of the chosen ones that the action can be done to. */
  readonly onAction: (action: Action, machines: readonly Machine[]) => void;
  readonly onTag: () => void;
  readonly children?: ComponentChildren;
}

export function MachineBar({ chosen, onAction, onTag, children }: MachineBarProps) {
  const { providers } = useStores();
  const providerOf = (id: string) => providers.rows.get(id);
  const tag = (
    <Offer
      label="Tag"
      able={taggable(chosen, providerOf).length}
      of={chosen.length}
      reason={reasonAgainstTags(chosen, providerOf)}
      onClick={onTag}
    />
  );
  return (
    <ActionBar actions={ACTIONS} chosen={chosen} onAction={onAction} more={tag}>
      {children}
    </ActionBar>
  );
}

interface ActionBarProps<T extends Target> {
  readonly actions: readonly Action[];
  readonly chosen: readonly T[];
  readonly onAction: (action: Action, able: readonly T[]) => void;
  /** What is offered beside them. */
  readonly more?: ComponentChildren;
  readonly children?: ComponentChildren;
}

export function ActionBar<T extends Target>(props: ActionBarProps<T>) {
  const { actions, chosen, onAction, more, children } = props;
  const { providers } = useStores();
  const providerOf = (id: string) => providers.rows.get(id);
  return (
    <div class="bar actions" role="toolbar" aria-label="Actions">
      {children}
      {actions.map((action) => {
        const able = ableTo(action, chosen, providerOf);
        return (
          <Offer
            key={action.verb}
            label={action.label}
            danger={action.destructive}
            able={able.length}
            of={chosen.length}
            reason={reasonAgainst(action, chosen, providerOf)}
            onClick={() => onAction(action, able)}
          />
        );
      })}
      {more}
    </div>
  );
}

interface OfferProps {
  readonly label: string;
  readonly danger?: boolean;
  /** The number of those that it can be done to, of those that are chosen. */
  readonly able: number;
  readonly of: number;
  readonly reason: string | null;
  readonly onClick: () => void;
}

function Offer({ label, danger = false, able, of, reason, onClick }: OfferProps) {
  const id = `reason-${label.toLowerCase()}`;
  return (
    <span class="offer">
      <button
        type="button"
        class={danger ? "danger" : ""}
        disabled={!able}
        aria-describedby={reason ? id : undefined}
        onClick={onClick}
      >
        {label}
        {able > 0 && able < of && ` ${able} of ${of}`}
      </button>
      {reason && (
        <small id={id} class="reason">
          {reason}
        </small>
      )}
    </span>
  );
}
