/** What GraphiQL keeps in the browser between visits, and where it needs a hand with it. */
import { useEditorContext } from "@graphiql/react";
import { useEffect } from "react";

/** @param {string} name @returns {string | null} */
function stored(name) {
  return localStorage.getItem(`graphiql:${name}`);
}

/** Whether the user chose "Persist headers" in the settings. Off until then. */
export function keepsHeaders() {
  return stored("shouldPersistHeaders") === "true";
}

/** Whether the user dragged the side panel shut: GraphiQL then keeps it so. */
export function closedPanel() {
  return stored("docExplorerFlex") === "hide-first";
}

/**
 * While it starts, GraphiQL overwrites the headers it kept with those of an editor that is not
 * there yet: with nothing. Stores them again as soon as the editor is.
 * @param {{enabled: boolean}} props
 */
export function HeaderKeeper({ enabled }) {
  const { headerEditor, setShouldPersistHeaders } = useEditorContext({ nonNull: true });
  useEffect(() => {
    if (enabled && headerEditor) setShouldPersistHeaders(true);
    // Once for an editor: the setter changes with every tab, the user's later choice must stand.
  }, [enabled, headerEditor]);
  return null;
}
