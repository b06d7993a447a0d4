/** Connects a provider: a form made from the credential fields of its kind. */
import { useEffect, useState } from "preact/hooks";

import { graphql, type ResultOf } from "../api/graphql.ts";
import { accepted } from "../api/post.ts";
import { useStores } from "../parts/context.ts";
import {
  Credential,
  credentialFields,
  credentialsIn,
  type Field,
  isNeeded,
  regionsIn,
} from "../parts/credential_fields.tsx";
import { Dialog } from "../parts/dialog.tsx";

const kinds = graphql(`query ProviderKinds {
  providerKinds {
    slug label description defaultRegions
    credentialFields { ...CredentialFields }
    drivers { name label defaultRegions credentialFields { ...CredentialFields } }
  }
}`, [credentialFields]);
const connect = graphql(`mutation ConnectProvider($input: ConnectProviderInput!) {
  connectProvider(input: $input) { provider { id } errors { field message } }
}`);

type Kind = NonNullable<ResultOf<typeof kinds>["providerKinds"]>[number];

interface ConnectProps {
  readonly onClose: () => void;
  /** `gone`: the names of the providers that were disconnected meanwhile: those of the demo. */
  readonly onConnected: (id: string, gone: readonly string[]) => void;
}

export function ConnectDialog({ onClose, onConnected }: ConnectProps) {
  const { gateway, providers, fleet } = useStores();
  const [offered, setOffered] = useState<readonly Kind[]>([]);
  const [slug, setSlug] = useState("");
  const [driver, setDriver] = useState("");
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    gateway
      .execute(kinds, {})
      .then(({ providerKinds }) => setOffered(providerKinds ?? []))
      .catch((error: Error) => setFailure(error.message));
  }, []);
  const demo = providers.rows.all.filter(({ endsWithDemo }) => endsWithDemo);
  const kind = offered.find((each) => each.slug === slug);
  const drivers = kind?.drivers ?? [];
  const form = drivers.length ? drivers.find((each) => each.name === driver) : kind;

  const entered = (form?.credentialFields ?? []).filter(
    ({ name }) => !drivers.length || name !== "driver",
  );
  const credential = (field: Field) => (
    <Credential key={`${slug} ${driver} ${field.name}`} field={field} />
  );
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!kind || !form) return;
    setBusy(true);
    setFailure("");
    const values = new FormData(event.currentTarget as HTMLFormElement);
    const input = inputOf(kind.slug, form.credentialFields, values);
    try {
      const { connectProvider } = await gateway.execute(connect, { input });
      const { provider } = accepted(connectProvider);
      if (!provider) throw new Error("The gateway sent no provider.");
      const before = providers.rows.all;
      await providers.load();
      fleet.reload();
      onConnected(provider.id, before.filter(({ id }) => !providers.rows.get(id)).map(({ name }) => name));
    } catch (error) {
      setFailure((error as Error).message);
      setBusy(false);
    }
  };
  return (
    <Dialog title="Connect a provider" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        {demo.length > 0 && (
          <p class="notice warn">
            The demo ends when you connect a provider: {demo.map(({ name }) => name).join(", ")}{" "}
            {demo.length > 1 ? "are" : "is"} disconnected then. What you have edited or shared stays.
          </p>
        )}
        <label>
          Kind
          <select value={slug} required onChange={(event) => setSlug(event.currentTarget.value)}>
            <option value="">Choose …</option>
            {offered.map((each) => (
              <option key={each.slug} value={each.slug}>
                {each.label}
              </option>
            ))}
          </select>
        </label>
        {kind && <p>{kind.description}</p>}
        {drivers.length > 0 && (
          <label>
            Driver
            <select
              name="credential.driver"
              value={driver}
              required
              onChange={(event) => setDriver(event.currentTarget.value)}
            >
              <option value="">Choose …</option>
              {drivers.map((each) => (
                <option key={each.name} value={each.name}>
                  {each.label}
                </option>
              ))}
            </select>
          </label>
        )}
        {form && (
          <>
            <label>
              Name
              <input name="name" required maxLength={100} />
            </label>
            {entered.filter(isNeeded).map(credential)}
            <details>
              <summary>Optional</summary>
              {entered.filter((field) => !isNeeded(field)).map(credential)}
              <label>
                Regions to connect
                <input name="regions" />
                <small>Separated by spaces; empty: {form.defaultRegions.join(" ") || "all"}.</small>
              </label>
            </details>
          </>
        )}
        {failure && <p class="notice bad" role="alert">{failure}</p>}
        <footer>
          <button type="button" onClick={onClose}>
            Close
          </button>
          <button type="submit" class="primary" disabled={!form || busy}>
            {busy ? "Connecting …" : "Connect"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

function inputOf(kind: string, fields: readonly Field[], entered: FormData) {
  const regions = regionsIn(entered);
  const name = String(entered.get("name") ?? "").trim();
  const input = { kind, name, credentials: credentialsIn(fields, entered) };
  return regions.length ? { ...input, regions } : input;
}
