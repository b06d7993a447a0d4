/** Gives the query editor the focus when the page opens, so that Ctrl-Enter runs the query. */
import { useEditorContext } from "@graphiql/react";
import { useEffect } from "react";

/** @param {{enabled: boolean}} props */
export function EditorFocus({ enabled }) {
  const { queryEditor } = useEditorContext({ nonNull: true });
  useEffect(() => {
    if (enabled) queryEditor?.focus();
  }, [enabled, queryEditor]);
  return null;
}
