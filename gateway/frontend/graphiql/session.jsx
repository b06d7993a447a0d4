/** Who is logged in on this page. Kept in memory alone: nothing is left behind in the browser. */
import { useEditorContext } from "@graphiql/react";
import { createContext, useCallback, useContext, useEffect, useMemo, useState } from "react";

import { withSession, withToken } from "./headers.js";

/**
 * @typedef {import("./authentication.js").Session} Session
 * @typedef {object} SessionState
 * @property {Session | null} session
 * @property {readonly string[]} issued every token this page was given, old ones too
 * @property {(session: Session | null) => void} setSession
 */

const SessionContext = createContext(/** @type {SessionState | null} */ (null));

/** @param {{children: import("react").ReactNode}} props */
export function SessionProvider({ children }) {
  const [session, setCurrent] = useState(/** @type {Session | null} */ (null));
  const [issued, setIssued] = useState(/** @type {readonly string[]} */ ([]));
  const setSession = useCallback((/** @type {Session | null} */ next) => {
    setCurrent(next);
    if (next) setIssued((tokens) => [...tokens, next.token]);
  }, []);
  const state = useMemo(() => ({ session, issued, setSession }), [session, issued, setSession]);
  return <SessionContext value={state}>{children}</SessionContext>;
}

/** @returns {SessionState} */
export function useSession() {
  const state = useContext(SessionContext);
  if (!state) throw new Error("useSession needs a SessionProvider above it.");
  return state;
}

/** Writes a token into the headers of the tab that is shown, over whatever credential is there. */
export function useTabCredential() {
  const { headerEditor } = useEditorContext({ nonNull: true });
  return useCallback(
    (/** @type {string | null} */ token) => {
      headerEditor?.setValue(withToken(headerEditor.getValue(), token));
    },
    [headerEditor],
  );
}

/** Each tab has headers of its own: brings a tab up to date with the session when it is shown. */
export function TabSync() {
  const { headerEditor, activeTabIndex } = useEditorContext({ nonNull: true });
  const { session, issued } = useSession();
  useEffect(() => {
    if (!headerEditor) return;
    const before = headerEditor.getValue();
    const after = withSession(before, session?.token ?? null, issued);
    if (after !== before) headerEditor.setValue(after);
  }, [headerEditor, activeTabIndex, session, issued]);
  return null;
}
