/** The roles that are granted on a provider, for its administrators. */
import { useEffect, useRef, useState } from "preact/hooks";

import type { ResultOf } from "../api/graphql.ts";
import { Access, type Grant, granteeOf, grantsQuery, ROLE_HELP, ROLES } from "../data/access.ts";
import type { Provider } from "../data/providers.ts";
import { ago } from "../data/text.ts";
import { ActButton } from "../parts/act_button.tsx";
import { useStores } from "../parts/context.ts";
import { EntryForm } from "../parts/entry_form.tsx";
import { Failure } from "../parts/failure.tsx";
import { useQuery } from "../parts/query.ts";
import { inWords } from "../parts/state.tsx";
import { setQuery } from "../route.ts";

interface GrantsProps {
  readonly providers: readonly Provider[];
  readonly chosen: string | null;
  /** Another one: teams and users have changed. */
  readonly peopleVersion: number;
}

export function Grants({ providers, chosen, peopleVersion }: GrantsProps) {
  const { gateway } = useStores();
  const provider = providers.find(({ id }) => id === chosen) ?? providers[0];
  const id = provider?.id ?? "";
  const { data, error, loading, reload } = useQuery(grantsQuery, id ? { provider: id } : null);
  useEffect(() => {
    if (peopleVersion) void reload();
  }, [peopleVersion]);
  const element = useRef<HTMLElement>(null);
  const [asked] = useState(chosen !== null); // by a link: the section is the last one of the view
  const isThere = data !== null;
  useEffect(() => {
    if (asked && isThere) element.current?.scrollIntoView({ block: "end" });
  }, [asked, isThere]);
  const access = new Access(gateway);
  const give = async (text: (name: string) => string) => {
    const grantee = granteeOf(text("grantee"));
    const role = ROLES.find((each) => each === text("role"));
    if (!grantee || !role) throw new Error("Choose to whom, and a role.");
    await access.grant({ provider: id, role, ...grantee });
    await reload();
  };
  const revoke = async (grant: string) => {
    await access.revokeGrant(grant);
    await reload();
  };
  return (
    <section ref={element} class="card" aria-label="Roles on a provider">
      <h2>Roles on a provider</h2>
      <label>
        Provider
        <select value={id} onChange={(event) => setQuery({ provider: event.currentTarget.value })}>
          {providers.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
      </label>
      <Failure error={error} onRetry={() => void reload()} shown={data !== null} />
      {loading && !data && <p role="status">Reading …</p>}
      {data && (
        <>
          <p>
            {data.provider?.owner ? `${data.provider.owner.login} owns it. ` : ""}
            {!data.provider?.grants?.length && "No other user or team has a role."}
          </p>
          <GrantTable grants={data.provider?.grants ?? []} revoke={revoke} />
          <dl class="facts">
            {ROLES.map((role) => (
              <div key={role}>
                <dt>{inWords(role)}</dt>
                <dd>{ROLE_HELP[role]}</dd>
              </div>
            ))}
          </dl>
          <EntryForm label="Give a role" button="Give" work={give}>
            <label>
              To
              <select name="grantee" required>
                <option value="">Choose …</option>
                {(data.teams ?? []).map((team) => (
                  <option key={team.id} value={`team:${team.id}`}>
                    Team {team.name}
                  </option>
                ))}
                {grantable(data).map((user) => (
                  <option key={user.id} value={`user:${user.id}`}>
                    {user.login}
                  </option>
                ))}
              </select>
            </label>
            <label>
              Role
              <select name="role">
                {ROLES.map((role) => (
                  <option key={role} value={role}>
                    {inWords(role)}
                  </option>
                ))}
              </select>
            </label>
          </EntryForm>
        </>
      )}
    </section>
  );
}

type Granted = ResultOf<typeof grantsQuery>;

/** All users but the owner, who has every right. */
const grantable = ({ users, provider }: Granted) =>
  (users?.nodes ?? []).filter(({ login }) => login !== provider?.owner?.login);

interface GrantTableProps {
  readonly grants: readonly Grant[];
  readonly revoke: (id: string) => Promise<void>;
}

function GrantTable({ grants, revoke }: GrantTableProps) {
  if (!grants.length) return null;
  return (
    <table aria-label="Roles">
      <thead>
        <tr>
          <th>Who</th>
          <th>Role</th>
          <th class="wide">Given</th>
          <th>
            <span class="hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {grants.map(({ id, role, user, team, grantedAt, grantedBy }) => {
          const who = team ? `Team ${team.name}` : (user?.login ?? "");
          return (
            <tr key={id}>
              <td>{who}</td>
              <td>{inWords(role)}</td>
              <td class="wide">
                {ago(grantedAt)}
                {grantedBy && `, by ${grantedBy.login}`}
              </td>
              <td>
                <ActButton label="Revoke" name={`Revoke the role of ${who}`} work={() => revoke(id)} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
