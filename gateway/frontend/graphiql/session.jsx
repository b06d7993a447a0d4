/** Who is logged in in this browser: one log-in for this page and the dashboard. */
import { createContext, useContext, useEffect, useReducer } from "react";

/** @typedef {import("../dashboard/api/session.ts").SessionStore} SessionStore */

export const SessionContext = createContext(/** @type {SessionStore | null} */ (null));

/** Renders its component again when somebody logs in or out, in another tab too. */
export function useSession() {
  const store = useContext(SessionContext);
  if (!store) throw new Error("useSession needs a SessionContext above it.");
  const [, render] = useReducer((/** @type {number} */ version) => version + 1, 0);
  useEffect(() => store.subscribe(render), [store]);
  return store;
}
