/** The viewer's own API tokens. */
import { useState } from "preact/hooks";

import { Access, type ApiToken, SCOPES, type Scope } from "../data/access.ts";
import { ago, moment } from "../data/text.ts";
import { useAct } from "../parts/act.ts";
import { useStores } from "../parts/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { ScrollTable } from "../parts/scroll_table.tsx";
import { inWords } from "../parts/state.tsx";

interface TokensProps {
  readonly tokens: readonly ApiToken[];
  readonly reload: () => Promise<void>;
}

export function Tokens({ tokens, reload }: TokensProps) {
  const { gateway } = useStores();
  const [creating, setCreating] = useState(false);
  const [revoked, setRevoked] = useState<{ readonly id: string; readonly name: string } | null>(null);
  const revoke = async (id: string) => {
    await new Access(gateway).revokeToken(id);
    await reload();
  };
  return (
    <section class="card" aria-label="Your API tokens">
      <h2>Your API tokens</h2>
      {!tokens.length && <p>You have no token. A script needs one: it cannot log in for itself.</p>}
      {tokens.length > 0 && (
        <ScrollTable
          label="Your API tokens"
          heads={[["Name"], ["May"], ["At", "wide"], ["Last used"], ["Until", "wide"]]}
          actions
        >
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
                <button
                  type="button"
                  aria-label={`Revoke ${name}`}
                  onClick={() => setRevoked({ id, name })}
                >
                  Revoke
                </button>
              </td>
            </tr>
          ))}
        </ScrollTable>
      )}
      {revoked && (
        <RevokeDialog
          name={revoked.name}
          work={() => revoke(revoked.id)}
          onClose={() => setRevoked(null)}
        />
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

interface RevokeProps {
  readonly name: string;
  readonly work: () => Promise<void>;
  readonly onClose: () => void;
}

function RevokeDialog({ name, work, onClose }: RevokeProps) {
  const { busy, failure, run } = useAct();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await run(work)) onClose();
  };
  return (
    <Dialog title={`Revoke ${name}`} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>Scripts that use this token are refused at once. It cannot be made valid again.</p>
        {failure && <p class="notice bad" role="alert">{failure}</p>}
        <footer>
          <button type="button" onClick={onClose}>
            Close
          </button>
          <button type="submit" class="danger" disabled={busy}>
            Revoke
          </button>
        </footer>
      </form>
    </Dialog>
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
