/** What the audit is narrowed to: kind, action, user, object and time. */
import { type AuditedObject, type AuditSearch, auditUsersQuery, isId, KINDS, OWN_TIMES } from "../data/audit.ts";
import { PERIODS } from "../data/periods.ts";
import { useQuery } from "../parts/query.ts";
import { inWords } from "../parts/state.tsx";

interface AuditFiltersProps {
  readonly search: AuditSearch;
  /** The object that the list is narrowed to, where its name is known. */
  readonly about: AuditedObject | undefined;
  /** The login of the user that the list is narrowed to, as events have it: they may be deleted. */
  readonly login: string;
  readonly onChange: (changes: Partial<AuditSearch>) => void;
}

export function AuditFilters({ search, about, login, onChange }: AuditFiltersProps) {
  const { kind, action, object, hours, since, until, dry } = search;
  return (
    <>
      <select aria-label="Kind" value={kind} onChange={(event) => onChange({ kind: event.currentTarget.value })}>
        <option value="">Every kind</option>
        {KINDS.map((each) => (
          <option key={each} value={each}>
            {inWords(each)}
          </option>
        ))}
      </select>
      <Users user={search.user} login={login} onChange={onChange} />
      <Text label="Action" hint="stopVirtualMachine" value={action} onChange={(text) => onChange({ action: text })} />
      {isId(object) ? (
        <button type="button" aria-label="Show all objects" onClick={() => onChange({ object: "" })}>
          About {about?.name ?? "one object"} <span aria-hidden="true">×</span>
        </button>
      ) : (
        <Text label="Object" hint="its name" value={object} onChange={(text) => onChange({ object: text })} />
      )}
      <select
        aria-label="Period"
        value={hours}
        onChange={(event) => onChange({ hours: event.currentTarget.value })}
      >
        <option value="">At any time</option>
        {PERIODS.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
        <option value={OWN_TIMES}>From … until …</option>
      </select>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          checked={dry === "1"}
          onChange={(event) => onChange({ dry: event.currentTarget.checked ? "1" : "" })}
        />{" "}
        Dry runs
      </label>
      {hours === OWN_TIMES && (
        <>
          <Time label="From" value={since} onChange={(time) => onChange({ since: time })} />
          <Time label="Until" value={until} onChange={(time) => onChange({ until: time })} />
        </>
      )}
    </>
  );
}

interface UsersProps {
  readonly user: string;
  readonly login: string;
  readonly onChange: (changes: Partial<AuditSearch>) => void;
}

function Users({ user, login, onChange }: UsersProps) {
  const { data } = useQuery(auditUsersQuery, {});
  const users = data?.users?.nodes ?? [];
  const isListed = users.some(({ id }) => id === user);
  return (
    <select aria-label="User" value={user} onChange={(event) => onChange({ user: event.currentTarget.value })}>
      <option value="">Every user</option>
      {user && !isListed && <option value={user}>{login || "One user"}</option>}
      {users.map((each) => (
        <option key={each.id} value={each.id}>
          {each.login}
        </option>
      ))}
    </select>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Enter, and leaving the field, take it: the gateway looks for whole names. */
function Text({ label, hint, value, onChange }: FieldProps & { readonly hint: string }) {
  return (
    <input
      type="search"
      class="filter"
      aria-label={label}
      placeholder={`${label}: ${hint}`}
      defaultValue={value}
      key={value}
      onChange={(event) => onChange(event.currentTarget.value.trim())}
    />
  );
}

function Time({ label, value, onChange }: FieldProps) {
  return (
    <label class="beside">
      {label}{" "}
      <input
        type="datetime-local"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
}
