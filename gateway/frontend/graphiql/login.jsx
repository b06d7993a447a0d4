/** The "Log in" panel: runs tokenAuth and puts the token where requests take it from. */
import { Button, useEditorContext, usePluginStore, useSchemaStore } from "@graphiql/react";
import { useState } from "react";

import { logIn } from "./authentication.js";
import { useSession, useTabCredential } from "./session.jsx";

const TITLE = "Log in";

/**
 * @param {string} endpoint
 * @returns {import("@graphiql/react").GraphiQLPlugin}
 */
export function createLoginPlugin(endpoint) {
  return { title: TITLE, icon: KeyIcon, content: () => <LoginPanel endpoint={endpoint} /> };
}

/** @param {{endpoint: string}} props */
function LoginPanel({ endpoint }) {
  const { session } = useSession();
  return (
    <section className="gateway-login" aria-label={TITLE}>
      <h2 className="gateway-login-title">{TITLE}</h2>
      {session ? <LoggedIn session={session} /> : <LoginForm endpoint={endpoint} />}
    </section>
  );
}

/** @param {{session: import("./authentication.js").Session}} props */
function LoggedIn({ session }) {
  const { setSession } = useSession();
  const setCredential = useTabCredential();
  const logOut = () => {
    setCredential(null);
    setSession(null);
  };
  return (
    <>
      <p role="status">
        Logged in as <strong>{session.username}</strong>. The token is in the Headers editor and
        valid until {session.expiresAt.toLocaleTimeString()}; then log in again.
      </p>
      <div className="gateway-login-actions">
        <Button onClick={() => setCredential(session.token)}>Use in this tab</Button>
        <Button onClick={logOut}>Log out</Button>
      </div>
    </>
  );
}

/** @param {{endpoint: string}} props */
function LoginForm({ endpoint }) {
  const { busy, failure, submit } = useLogin(endpoint);
  return (
    <form onSubmit={submit}>
      <label>
        User name
        <input name="username" autoComplete="username" autoCapitalize="none" required />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      {failure && <p role="alert">{failure}</p>}
      <Button type="submit" disabled={busy}>
        {busy ? "Logging in …" : "Log in"}
      </Button>
      <p>
        This runs <code>tokenAuth</code> and writes <code>Authorization</code> into the Headers
        editor. A token you have can be pasted there instead.
      </p>
    </form>
  );
}

/** @param {string} endpoint */
function useLogin(endpoint) {
  const { setSession } = useSession();
  const setCredential = useTabCredential();
  const { schema, introspect } = useSchemaStore();
  const { queryEditor } = useEditorContext({ nonNull: true });
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");

  /** @param {import("react").FormEvent<HTMLFormElement>} event */
  async function submit(event) {
    event.preventDefault();
    setBusy(true);
    setFailure("");
    const fields = new FormData(event.currentTarget);
    try {
      const session = await logIn(endpoint, {
        username: String(fields.get("username")),
        password: String(fields.get("password")),
      });
      setCredential(session.token);
      setSession(session);
      queryEditor?.focus(); // Ctrl-Enter runs the query at once
      if (!schema) void introspect(); // an expired token in the headers had kept it away
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  }
  return { busy, failure, submit };
}

/** Filled while the panel is open, as GraphiQL's own icons are. */
function KeyIcon() {
  const open = usePluginStore((state) => state.visiblePlugin?.title === TITLE);
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" height="1em">
      <circle cx="8" cy="16" r="4.25" fill={open ? "currentColor" : "none"} />
      <path d="M11 13 20 4m-3.5 3.5 3 3M14 10l2 2" strokeWidth={open ? 2.5 : 1.5} />
    </svg>
  );
}
