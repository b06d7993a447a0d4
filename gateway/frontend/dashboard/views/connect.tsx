/** Connects a provider: a form made from the credential fields of its kind. */
import { useEffect, useState } from "preact/hooks";

import { graphql, type ResultOf } from "../api/graphql.ts";
import { accepted } from "../api/post.ts";
import { useStores } from "../parts/context.ts";
import { Dialog } from "../parts/dialog.tsx";

const fields = graphql(`
  fragment CredentialFields on CredentialField {
    name label help type required secret choices default minimum maximum
  }
`);
const kinds = graphql(`query ProviderKinds {
  providerKinds {
    slug label description defaultRegions
    credentialFields { ...CredentialFields }
    drivers { name label defaultRegions credentialFields { ...CredentialFields } }
  }
}`, [fields]);
const connect = graphql(`mutation ConnectProvider($input: ConnectProviderInput!) {
  connectProvider(input: $input) { provider { id } errors { field message } }
}`);

type Kind = NonNullable<ResultOf<typeof kinds>["providerKinds"]>[number];
type Field = Kind["credentialFields"][number];

export function ConnectDialog({ onClose }: { onClose: () => void }) {
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
      accepted(connectProvider);
      await providers.load();
      fleet.reload();
      onClose();
    } catch (error) {
      setFailure((error as Error).message);
      setBusy(false);
    }
  };
  return (
    <Dialog title="Connect a provider" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
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
                Regions
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

/** A field with a default may stay empty. */
const isNeeded = (field: Field) => field.required && field.default === null;

function Credential({ field }: { field: Field }) {
  const { name, label, help } = field;
  return (
    <label>
      {label}
      <Entry field={field} name={`credential.${name}`} />
      <small>{help}</small>
    </label>
  );
}

/** Texts get several lines: a key or a configuration file has them, and one line would lose them. */
function Entry({ field, name }: { field: Field; name: string }) {
  const { choices, default: initial, minimum, maximum, secret, type } = field;
  const required = isNeeded(field);
  const placeholder = initial ?? "";
  const options = type === "boolean" ? ["true", "false"] : choices;
  if (options.length) {
    return (
      <select name={name} required={required}>
        <option value="">{initial ? `${initial} (default)` : ""}</option>
        {options.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  }
  if (type === "integer" || type === "number") {
    return (
      <input
        type="number"
        name={name}
        step={type === "integer" ? 1 : "any"}
        min={minimum ?? undefined}
        max={maximum ?? undefined}
        placeholder={placeholder}
        required={required}
      />
    );
  }
  return (
    <textarea
      name={name}
      rows={1}
      class={secret ? "secret" : ""}
      autocomplete="off"
      spellcheck={false}
      placeholder={placeholder}
      required={required}
    />
  );
}

function inputOf(kind: string, fields: readonly Field[], entered: FormData) {
  const text = (name: string) => String(entered.get(name) ?? "").trim();
  const credentials = fields
    .map(({ name }) => ({ name, value: text(`credential.${name}`) }))
    .filter(({ value }) => value !== "");
  const regions = text("regions").split(/[\s,]+/).filter(Boolean);
  const input = { kind, name: text("name"), credentials };
  return regions.length ? { ...input, regions } : input;
}
