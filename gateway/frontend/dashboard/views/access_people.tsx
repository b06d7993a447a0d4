/** Teams and users, for superusers. */
import { useState } from "preact/hooks";

import { Access, peopleQuery, type Person, type Team } from "../data/access.ts";
import { count } from "../data/text.ts";
import { ActButton } from "../parts/act_button.tsx";
import { useStores } from "../parts/context.ts";
import { EntryForm } from "../parts/entry_form.tsx";
import { Failure } from "../parts/failure.tsx";
import { useQuery } from "../parts/query.ts";
import { State } from "../parts/state.tsx";
import { TypedDialog } from "../parts/typed.tsx";

type Do = (work: (access: Access) => Promise<void>) => Promise<void>;

interface PeopleProps {
  readonly viewer: string;
  readonly onChange: () => void;
}

export function People({ viewer, onChange }: PeopleProps) {
  const { gateway } = useStores();
  const { data, error, loading, reload } = useQuery(peopleQuery, {});
  const act: Do = async (work) => {
    await work(new Access(gateway));
    onChange();
    await reload();
  };
  const users = data?.users?.nodes ?? [];
  return (
    <>
      <Failure error={error} onRetry={() => void reload()} shown={data !== null} />
      {loading && !data && <p role="status">Reading …</p>}
      {data && (
        <>
          <Teams teams={data.teams ?? []} users={users} act={act} />
          <Users users={users} total={data.users?.totalCount ?? 0} viewer={viewer} act={act} />
        </>
      )}
    </>
  );
}

interface TeamsProps {
  readonly teams: readonly Team[];
  readonly users: readonly Person[];
  readonly act: Do;
}

function Teams({ teams, users, act }: TeamsProps) {
  return (
    <section class="card" aria-label="Teams">
      <h2>Teams</h2>
      {!teams.length && <p>There is no team. A role that is given to a team is each member's.</p>}
      {teams.map((team) => (
        <TeamPart key={team.id} team={team} users={users} act={act} />
      ))}
      <EntryForm
        label="Create a team"
        button="Create the team"
        work={(text) => act((access) => access.createTeam(text("name")))}
      >
        <label>
          Name of the team
          <input name="name" required maxLength={100} autocomplete="off" />
        </label>
      </EntryForm>
    </section>
  );
}

function TeamPart({ team, users, act }: { team: Team } & Omit<TeamsProps, "teams">) {
  const [leaving, setLeaving] = useState(false);
  const members = team.members?.nodes ?? [];
  const others = users.filter((user) => !members.some(({ id }) => id === user.id));
  return (
    <details class="part">
      <summary>
        {team.name}: {count(members.length, "member")}
      </summary>
      <ul class="plain-list">
        {members.map(({ id, login }) => (
          <li key={id}>
            {login}{" "}
            <ActButton
              label="Remove"
              name={`Remove ${login} from ${team.name}`}
              work={() => act((access) => access.removeMember(team.id, id))}
            />
          </li>
        ))}
      </ul>
      <EntryForm
        label={`Add to ${team.name}`}
        button="Add"
        work={(text) => act((access) => access.addMember(team.id, text("user")))}
      >
        <label>
          User
          <select name="user" required>
            <option value="">Choose …</option>
            {others.map(({ id, login }) => (
              <option key={id} value={id}>
                {login}
              </option>
            ))}
          </select>
        </label>
      </EntryForm>
      <button type="button" class="danger" onClick={() => setLeaving(true)}>
        Delete the team
      </button>
      {leaving && (
        <TypedDialog
          title={`Delete the team ${team.name}`}
          word={team.name}
          button="Delete"
          work={() => act((access) => access.deleteTeam(team.id))}
          onClose={() => setLeaving(false)}
        >
          <p>What was granted to it ends for its members. The users stay.</p>
        </TypedDialog>
      )}
    </details>
  );
}

interface UsersProps {
  readonly users: readonly Person[];
  readonly total: number;
  /** The id of who looks: nobody locks themselves out here. */
  readonly viewer: string;
  readonly act: Do;
}

function Users({ users, total, viewer, act }: UsersProps) {
  const create = (text: (name: string) => string) =>
    act((access) =>
      access.createUser({
        login: text("login"),
        name: text("name"),
        password: text("password"),
        superuser: text("superuser") !== "",
      }),
    );
  return (
    <section class="card" aria-label="Users">
      <h2>Users</h2>
      {total > users.length && (
        <p>
          The first {users.length.toLocaleString("en")} of {count(total, "user")}.
        </p>
      )}
      <div class="table-scroll" tabIndex={0} role="group" aria-label="Users">
        <table aria-label="Users">
          <thead>
            <tr>
              <th>Login</th>
              <th class="wide">Name</th>
              <th>State</th>
              <th>
                <span class="hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {users.map(({ id, login, name, active, superuser }) => (
              <tr key={id}>
                <td>
                  {login}
                  {superuser && <div class="detail">superuser</div>}
                </td>
                <td class="wide">{name}</td>
                <td>
                  <State state={active ? "ENABLED" : "DISABLED"} />
                </td>
                <td>
                  {id !== viewer && (
                    <ActButton
                      label={active ? "Disable" : "Enable"}
                      name={`${active ? "Disable" : "Enable"} ${login}`}
                      work={() => act((access) => access.updateUser({ id, active: !active }))}
                    />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <EntryForm label="Create a user" button="Create the user" work={create}>
        <label>
          Login
          <input name="login" required maxLength={150} autocomplete="off" autocapitalize="none" />
        </label>
        <label>
          Full name
          <input name="name" maxLength={150} autocomplete="off" />
        </label>
        <label>
          First password
          <input name="password" type="password" required autocomplete="new-password" />
        </label>
        <label>
          <input name="superuser" type="checkbox" /> Superuser
        </label>
      </EntryForm>
    </section>
  );
}
