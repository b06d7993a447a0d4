/** The fields of a provider's credentials, as its kind declares them. */
import { graphql, type ResultOf } from "../api/graphql.ts";

export const credentialFields = graphql(`
  fragment CredentialFields on CredentialField {
    name label help type required secret choices default minimum maximum
  }
`);

export type Field = ResultOf<typeof credentialFields>;

/** A field with a default may stay empty. */
export const isNeeded = (field: Field) => field.required && field.default === null;

interface CredentialProps {
  readonly field: Field;
  /** Whether an empty field keeps what is stored. */
  readonly keeps?: boolean;
}

export function Credential({ field, keeps = false }: CredentialProps) {
  const { name, label, help } = field;
  return (
    <label>
      {label}
      <Entry field={keeps ? kept(field) : field} name={`credential.${name}`} />
      <small>{help}</small>
    </label>
  );
}

/** The field where empty means unchanged: what is stored is not sent to the page. */
const kept = (field: Field): Field => ({ ...field, required: false, default: null });

/** Texts get several lines: a key or a configuration file has them, and one line would lose them. */
function Entry({ field, name }: { field: Field; name: string }) {
  const { choices, default: initial, minimum, maximum, secret, type } = field;
  const required = isNeeded(field);
  const placeholder = initial ?? "";
  const options = type === "boolean" ? ["true", "false"] : choices;
  const isDefault = (choice: string) => choice.toLowerCase() === initial?.toLowerCase();
  if (options.length) {
    return (
      <select name={name} required={required}>
        <option value="">{initial ? `${initial.toLowerCase()} (default)` : ""}</option>
        {options.filter((choice) => !isDefault(choice)).map((choice) => (
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

/** What was entered; a field that is empty is left out. */
export function credentialsIn(fields: readonly Field[], entered: FormData) {
  return fields
    .map(({ name }) => ({ name, value: String(entered.get(`credential.${name}`) ?? "").trim() }))
    .filter(({ value }) => value !== "");
}

/** The regions of the field of that name, separated by spaces or commas. */
export function regionsIn(entered: FormData): string[] {
  return String(entered.get("regions") ?? "").split(/[\s,]+/).filter(Boolean);
}
