/** The viewer's own API tokens and sessions. */
import { useState } from "preact/hooks";

import { Access, type ApiToken, SCOPES, type Scope, type Session } from "../data/access.ts";
import { ago, count, moment } from "../data/text.ts";
import { useAct } from "../parts/act.ts";
import { ActButton } from "../parts/act_button.tsx";
import { useStores } from "../parts/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { inWords } from "../parts/state.tsx";

interface TokensProps {
  readonly tokens: readonly ApiToken[];
  readonly reload: () => Promise<void>;
}

export function Tokens({ tokens, reload }: TokensProps) {
  const { gateway } = useStores();
  const [creating, setCreating] = useState(false);
  const revoke = async (id: string) => {
    await new Access(gateway).revokeToken(id);
    await reload();
  };
  return (
    <section class="card" aria-label="Your API tokens">
      <h2>Your API tokens</h2>
      {!tokens.length && <p>You have no token. A script needs one: it cannot log in for itself.</p>}
      {tokens.length > 0 && (
        <div class="table-scroll" tabIndex={0} role="group" aria-label="Your API tokens">
          <table aria-label="Your API tokens">
            <thead>
              <tr>
                <th>Name</th>
                <th>May</th>
                <th class="wide">At</th>
                <th>Last used</th>
                <th class="wide">Until</th>
                <th>
                  <span class="hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {tokens.map(({ id, name, scope, providers, expiresAt, lastUsedAt, lastUsedFrom }) => (
                <tr key={id}>
                  <td>{name}</td>
                  <td>{inWords(scope)}</td>
                  <td class="wide">
                    {providers?.map((each) => each.name).join(", ") ?? "All your providers"}
                  </td>
                  <td>{lastUsedAt ? `${ago(lastUsedAt)}, ${lastUsedFrom}` : "Never"}</td>
                  <td class="wide">{moment(expiresAt)}</td>
                  <td>
                    <ActButton label="Revoke" name={`Revoke ${name}`} work={() => revoke(id)} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div class="bar">
        <button type="button" onClick={() => setCreating(true)}>
          Create a token
        </button>
      </div>
      {creating && (
        <TokenDialog
          onClose={() => {
            setCreating(false);
            void reload(); // it may be there although the answer with its secret was lost
          }}
        />
      )}
    </section>
  );
}

const MEANING: Record<Scope, string> = {
  READ: "Read: queries",
  PLAN: "Plan: also dry runs",
  OPERATE: "Operate: also actions on machines and jobs",
};

function TokenDialog({ onClose }: { onClose: () => void }) {
  const { gateway, providers } = useStores();
  const { busy, failure, run } = useAct();
  const [secret, setSecret] = useState("");
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget as HTMLFormElement);
    const chosen = entered.getAll("provider").map(String);
    await run(async () => {
      const made = await new Access(gateway).createToken({
        name: String(entered.get("name")).trim(),
        scope: SCOPES.find((each) => each === entered.get("scope")) ?? "READ",
        expiresInDays: Number(entered.get("days")),
        ...(chosen.length && { providers: chosen }),
      });
      setSecret(made);
    });
  };
  if (secret) return <SecretDialog secret={secret} onClose={onClose} />;
  return (
    <Dialog title="Create a token" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          Name
          <input name="name" required maxLength={100} autocomplete="off" />
          <small>What it is for.</small>
        </label>
        <div class="columns">
          <label>
            May
            <select name="scope">
              {SCOPES.map((scope) => (
                <option key={scope} value={scope}>
                  {MEANING[scope]}
                </option>
              ))}
            </select>
          </label>
          <label>
            Days
            <input name="days" type="number" required min={1} max={366} defaultValue="90" />
          </label>
        </div>
        <fieldset>
          <legend>At these providers alone; none chosen: at all of yours</legend>
          <div class="checks">
            {providers.rows.all.map(({ id, name }) => (
              <label key={id}>
                <input type="checkbox" name="provider" value={id} /> {name}
              </label>
            ))}
          </div>
        </fieldset>
        {failure && (
          <p class="notice bad" role="alert">
            {failure} If a token of this name is in the list, its secret is lost: revoke it.
          </p>
        )}
        <footer>
          <button type="button" onClick={onClose}>
            Close
          </button>
          <button type="submit" class="primary" disabled={busy}>
            {busy ? "Creating …" : "Create"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  return (
    <Dialog title="The token's secret" onClose={onClose}>
      <p>It is shown this once. Send it in the header Authorization, after the word Bearer.</p>
      <p>
        <code>{secret}</code>
      </p>
      <footer>
        <button
          type="button"
          onClick={() =>
            void navigator.clipboard?.writeText(secret).then(() => setCopied(true))
          }
        >
          {copied ? "Copied" : "Copy"}
        </button>
        <button type="button" class="primary" onClick={onClose}>
          I have stored it
        </button>
      </footer>
    </Dialog>
  );
}

interface SessionsProps {
  readonly sessions: readonly Session[];
  readonly reload: () => Promise<void>;
}

export function Sessions({ sessions, reload }: SessionsProps) {
  const { gateway } = useStores();
  const end = async (id: string) => {
    await new Access(gateway).revokeSession(id);
    await reload();
  };
  const others = sessions.filter(({ current }) => !current);
  const endOthers = async () => {
    for (const { id } of others) await new Access(gateway).revokeSession(id);
    await reload();
  };
  return (
    <section class="card" aria-label="Your sessions">
      <h2>Your sessions</h2>
      <div class="table-scroll short" tabIndex={0} role="group" aria-label="Your sessions">
        <table aria-label="Your sessions">
          <thead>
            <tr>
              <th>Since</th>
              <th>From</th>
              <th class="wide">Until, if it is not used</th>
              <th>
                <span class="hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sessions.map(({ id, createdAt, expiresAt, address, current }) => (
              <tr key={id}>
                <td title={createdAt}>{ago(createdAt)}</td>
                <td>{address}</td>
                <td class="wide">{moment(expiresAt)}</td>
                <td>
                  {current ? (
                    "This one"
                  ) : (
                    <ActButton
                      label="End"
                      name={`End the session since ${moment(createdAt)}`}
                      work={() => end(id)}
                    />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {others.length > 1 && (
        <div class="bar">
          <ActButton label={`End ${count(others.length, "other session")}`} work={endOthers} />
        </div>
      )}
    </section>
  );
}
