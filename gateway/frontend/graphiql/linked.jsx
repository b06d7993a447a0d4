/** Gives the editor of a linked query the focus: Ctrl-Enter runs it. */
import { useEditorContext } from "@graphiql/react";
import { useEffect } from "react";

/** @param {{enabled: boolean}} props */
export function LinkedFocus({ enabled }) {
  const { queryEditor } = useEditorContext({ nonNull: true });
  useEffect(() => {
    if (enabled) queryEditor?.focus();
  }, [enabled, queryEditor]);
  return null;
}
