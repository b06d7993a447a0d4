/** The log-in form: the only content of the page while no user is logged in. */
import { useState } from "preact/hooks";

import type { SessionStore } from "../api/session.ts";

export function LogIn({ session, graphiql }: { session: SessionStore; graphiql: string }) {
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setFailure("");
    try {
      await session.logIn(String(form.get("username")), String(form.get("password")));
    } catch (error) {
      setFailure((error as Error).message);
      setBusy(false);
    }
  };
  return (
    <main class="login">
      <h1>Cloud Gateway</h1>
      {session.notice && <p class="notice warn" role="status">{session.notice}</p>}
      <form onSubmit={(event) => void submit(event)}>
        <label>
          User name
          <input name="username" autocomplete="username" autocapitalize="none" required autofocus />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        {failure && <p class="notice bad" role="alert">{failure}</p>}
        <button type="submit" class="primary" disabled={busy}>
          {busy ? "Logging in …" : "Log in"}
        </button>
      </form>
      <p>
        <a href={graphiql}>GraphiQL</a>
      </p>
    </main>
  );
}
