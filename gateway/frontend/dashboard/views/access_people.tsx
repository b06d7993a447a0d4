/** Teams and users, for superusers. */
import { useState } from "preact/hooks";

import { Access, peopleQuery, type Person } from "../data/access.ts";
import { count } from "../data/text.ts";
import { ActButton } from "../parts/act_button.tsx";
import { useStores } from "../parts/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { EntryForm } from "../parts/entry_form.tsx";
import { Failure } from "../parts/failure.tsx";
import { useQuery } from "../parts/query.ts";
import { ScrollTable } from "../parts/scroll_table.tsx";
import { State } from "../parts/state.tsx";
import { type Do, Teams } from "./access_teams.tsx";

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

interface UsersProps {
  readonly users: readonly Person[];
  readonly total: number;
  /** The id of the current user, whose own row has no buttons. */
  readonly viewer: string;
  readonly act: Do;
}

function Users({ users, total, viewer, act }: UsersProps) {
  const [giving, setGiving] = useState<{ id: string; login: string } | null>(null);
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
      <ScrollTable
        label="Users"
        heads={[["Login"], ["Name", "wide"], ["State"]]}
        actions
      >
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
                <>
                  <ActButton
                    label={active ? "Disable" : "Enable"}
                    name={`${active ? "Disable" : "Enable"} ${login}`}
                    work={() => act((access) => access.updateUser({ id, active: !active }))}
                  />{" "}
                  <button
                    type="button"
                    aria-label={`Give ${login} a password`}
                    onClick={() => setGiving({ id, login })}
                  >
                    Password
                  </button>
                </>
              )}
            </td>
          </tr>
        ))}
      </ScrollTable>
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
      {giving && (
        <Dialog title={`Password of ${giving.login}`} onClose={() => setGiving(null)}>
          <p>It ends the user's sessions.</p>
          <EntryForm
            label={`Password of ${giving.login}`}
            button="Give the password"
            work={async (text) => {
              await act((access) => access.updateUser({ id: giving.id, password: text("password") }));
              setGiving(null);
            }}
          >
            <input hidden readOnly autocomplete="username" value={giving.login} />
            <label>
              New password
              <input name="password" type="password" required autocomplete="new-password" />
            </label>
          </EntryForm>
        </Dialog>
      )}
    </section>
  );
}
