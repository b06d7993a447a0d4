/** Who did what, and who was refused; for superusers. */
import { type ComponentChildren, Fragment } from "preact";
import { useMemo, useState } from "preact/hooks";

import {
  type AuditEvent, auditQuery, type AuditSearch, filterOf, isDryRun, objectsIn, searchOf,
} from "../data/audit.ts";
import { count, moment } from "../data/text.ts";
import { auditQueryText } from "../data/view_queries.ts";
import { useClock } from "../parts/context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Failure } from "../parts/failure.tsx";
import { Pager, usePages } from "../parts/pager.tsx";
import { useQuery } from "../parts/query.ts";
import { ScrollTable } from "../parts/scroll_table.tsx";
import { inWords, State } from "../parts/state.tsx";
import { ViewQuery } from "../parts/view_query.tsx";
import { When } from "../parts/when.tsx";
import { type Route, setQuery } from "../route.ts";
import { AuditFilters } from "./audit_filters.tsx";

type Narrow = (changes: Partial<AuditSearch>) => void;

export function Audit({ route }: { route: Route }) {
  useClock();
  const search = searchOf(route.query);
  const pages = usePages();
  const [shown, setShown] = useState<AuditEvent | null>(null);
  // Of a period before now, the first moment stays while the filter does.
  const filter = useMemo(() => filterOf(search), [JSON.stringify(search)]);
  const { data, error, loading, reload } = useQuery(auditQuery, { filter, after: pages.after });
  const found = data?.auditEvents;
  const narrow: Narrow = (changes) => {
    pages.first();
    setShown(null);
    setQuery(changes);
  };
  const about = found?.nodes.flatMap(objectsIn).find(({ id }) => id === search.object);
  return (
    <main class="full">
      <h1>Audit</h1>
      <Failure error={error} onRetry={() => void reload()} shown={data !== null} />
      <div class="bar">
        <AuditFilters
          search={search}
          about={about}
          login={found?.nodes.find(({ userId }) => userId === search.user)?.login ?? ""}
          onChange={narrow}
        />
        <span role="status" class="count">
          {found ? count(found.totalCount, "event") : loading && "Reading …"}
        </span>
        <button type="button" disabled={loading} onClick={() => void reload()}>
          Refresh
        </button>
        <ViewQuery query={() => auditQueryText(filter)} />
      </div>
      {found && !found.nodes.length && (
        <p>No event matches.</p>
      )}
      {found && found.nodes.length > 0 && (
        <Events events={found.nodes} onShow={setShown} onNarrow={narrow} />
      )}
      <Pager pages={pages} info={found?.pageInfo} backLabel="Newer" nextLabel="Older" />
      {shown && <EventDialog event={shown} onNarrow={narrow} onClose={() => setShown(null)} />}
    </main>
  );
}

interface EventsProps {
  readonly events: readonly AuditEvent[];
  readonly onShow: (event: AuditEvent) => void;
  readonly onNarrow: Narrow;
}

function Events({ events, onShow, onNarrow }: EventsProps) {
  return (
    <ScrollTable
      label="Events"
      heads={[["When"], ["Outcome"], ["User"], ["Action"], ["Objects", "wide"], ["Address", "wide"]]}
    >
      {events.map((event) => (
        <tr key={event.id}>
          <td>
            <When time={event.at} />
          </td>
          <td>
            <State state={event.outcome} />
          </td>
          <td>
            <User event={event} onNarrow={onNarrow} />
          </td>
          <td class="long">
            <button type="button" class="link" onClick={() => onShow(event)}>
              {event.action}
            </button>
            {isDryRun(event) && <div class="detail">dry run</div>}
          </td>
          <td class="wide">
            <Objects event={event} onNarrow={onNarrow} />
          </td>
          <td class="wide">{event.address}</td>
        </tr>
      ))}
    </ScrollTable>
  );
}

interface PartProps {
  readonly event: AuditEvent;
  readonly onNarrow: Narrow;
}

function User({ event: { userId, login }, onNarrow }: PartProps) {
  if (!userId) return <>{login}</>;
  return (
    <button
      type="button"
      class="link"
      aria-label={`Show what ${login} did`}
      onClick={() => onNarrow({ user: userId })}
    >
      {login}
    </button>
  );
}

function Objects({ event, onNarrow }: PartProps) {
  return objectsIn(event).map(({ id, name }, index) => (
    <Fragment key={id}>
      {index > 0 && ", "}
      <button
        type="button"
        class="link"
        aria-label={`Show all about ${name}`}
        onClick={() => onNarrow({ object: id })}
      >
        {name}
      </button>
    </Fragment>
  ));
}

function EventDialog({ event, onNarrow, onClose }: PartProps & { readonly onClose: () => void }) {
  const facts: [string, ComponentChildren][] = [
    ["When", moment(event.at)],
    ["Kind", inWords(event.kind)],
    ["User", event.login && <User event={event} onNarrow={onNarrow} />],
    ["Credential", event.credential],
    ["Address", event.address],
    ["Objects", objectsIn(event).length > 0 && <Objects event={event} onNarrow={onNarrow} />],
    ["Outcome", event.outcome],
  ];
  return (
    <Dialog title={event.action} onClose={onClose}>
      <dl class="facts">
        {facts.map(([name, value]) =>
          value ? (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      <h3>Arguments</h3>
      <pre tabIndex={0}>{JSON.stringify(event.arguments, null, 2)}</pre>
      <h3>Result</h3>
      <pre tabIndex={0}>{JSON.stringify(event.result, null, 2)}</pre>
    </Dialog>
  );
}
