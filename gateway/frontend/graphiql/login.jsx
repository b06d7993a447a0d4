/** The "Log in" panel. */
import { Button, useEditorContext, usePluginStore, useSchemaStore } from "@graphiql/react";
import { useState } from "react";

import { useSession } from "./session.jsx";

const TITLE = "Log in";

/** @returns {import("@graphiql/react").GraphiQLPlugin} */
export function createLoginPlugin() {
  return { title: TITLE, icon: KeyIcon, content: LoginPanel };
}

function LoginPanel() {
  const session = useSession();
  return (
    <section className="gateway-panel" aria-label={TITLE}>
      <h2 className="gateway-panel-title">{TITLE}</h2>
      {session.current ? <LoggedIn /> : <LoginForm />}
    </section>
  );
}

function LoggedIn() {
  const session = useSession();
  return (
    <>
      <p role="status">
        Logged in as <strong>{session.current?.login}</strong>, here and in the dashboard.
      </p>
      <Button onClick={() => void session.logOut()}>Log out</Button>
      <p>
        An <code>Authorization</code> in a tab's headers, as an API token, is sent in place of this
        log-in.
      </p>
    </>
  );
}

function LoginForm() {
  const { notice } = useSession();
  const { busy, failure, submit } = useLogin();
  return (
    <form onSubmit={submit}>
      {notice && <p role="status">{notice}</p>}
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
        You stay logged in in this browser, here and in the dashboard, until you log out. Or paste a
        token into a tab's headers: <code>{'{"Authorization": "JWT …"}'}</code>.
      </p>
    </form>
  );
}

function useLogin() {
  const session = useSession();
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
      await session.logIn(String(fields.get("username")), String(fields.get("password")));
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
