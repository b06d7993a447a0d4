/** Teams and their members, for superusers. */
import { useState } from "preact/hooks";

import type { Access, Person, Team } from "../data/access.ts";
import { count } from "../data/text.ts";
import { ActButton } from "../parts/act_button.tsx";
import { EntryForm } from "../parts/entry_form.tsx";
import { TypedDialog } from "../parts/typed.tsx";

export type Do = (work: (access: Access) => Promise<void>) => Promise<void>;

interface TeamsProps {
  readonly teams: readonly Team[];
  readonly users: readonly Person[];
  readonly act: Do;
}

export function Teams({ teams, users, act }: TeamsProps) {
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
      <EntryForm
        label={`Rename ${team.name}`}
        button="Rename"
        work={(text) => act((access) => access.renameTeam(team.id, text("name")))}
      >
        <label>
          Another name
          <input name="name" required maxLength={100} autocomplete="off" />
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
