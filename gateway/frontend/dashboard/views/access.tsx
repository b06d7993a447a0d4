/** Who may do what: own sessions and tokens; grants, teams and users for those who manage them. */
import { useState } from "preact/hooks";

import { ownQuery } from "../data/access.ts";
import { useChanges, useClock, useStores } from "../parts/context.ts";
import { Failure } from "../parts/failure.tsx";
import { useQuery } from "../parts/query.ts";
import type { Route } from "../route.ts";
import { Grants } from "./access_grants.tsx";
import { Password } from "./access_password.tsx";
import { People } from "./access_people.tsx";
import { Sessions } from "./access_sessions.tsx";
import { Tokens } from "./access_tokens.tsx";

export function Access({ route }: { route: Route }) {
  const { providers } = useStores();
  useChanges(providers.rows);
  useClock();
  const { data, error, loading, reload } = useQuery(ownQuery, {});
  const [people, setPeople] = useState(0); // counts the changes of teams and users
  const managed = providers.rows.all.filter(({ viewerRole }) => viewerRole === "ADMIN");
  return (
    <main>
      <h1>Access</h1>
      <Failure error={error} onRetry={() => void reload()} shown={data !== null} />
      {loading && !data && <p role="status">Reading …</p>}
      {data && (
        <>
          <Tokens tokens={data.apiTokens ?? []} reload={reload} />
          <Sessions sessions={data.sessions ?? []} reload={reload} />
          <Password />
          {data.viewer?.superuser ? (
            <People viewer={data.viewer.id} onChange={() => setPeople(people + 1)} />
          ) : (
            <p class="detail">Users and teams are managed by superusers.</p>
          )}
          {managed.length > 0 && (
            <Grants
              providers={managed}
              chosen={route.query.get("provider")}
              peopleVersion={people}
            />
          )}
        </>
      )}
    </main>
  );
}
