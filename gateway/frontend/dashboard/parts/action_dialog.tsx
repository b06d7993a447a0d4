/** The dialog of an action that was chosen: most show the dry run at once, a resize asks for a size. */
import { type Action, RESIZE } from "../data/actions.ts";
import type { Machine } from "../data/fleet.ts";
import { Confirm } from "./confirm.tsx";
import { ResizeDialog } from "./resize_dialog.tsx";

interface ActionDialogProps {
  readonly action: Action;
  readonly machines: readonly Machine[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function ActionDialog({ action, machines, ...ends }: ActionDialogProps) {
  if (action === RESIZE) return <ResizeDialog machines={machines} {...ends} />;
  return <Confirm action={action} targets={machines} {...ends} />;
}
