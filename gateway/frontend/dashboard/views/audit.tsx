/** Who did what, and who was refused; for superusers. */
import { useState } from "preact/hooks";

import { type AuditEvent, auditQuery, isDryRun, namesIn } from "../data/audit.ts";
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

const KINDS = ["MUTATION", "LOGIN", "REFUSAL", "COMMAND"] as const;

export function Audit({ route }: { route: Route }) {
  useClock();
  const kind = KINDS.find((each) => each === route.query.get("kind"));
  const action = route.query.get("action") ?? "";
  const pages = usePages();
  const [shown, setShown] = useState<AuditEvent | null>(null);
  const filter = {
    ...(kind && { kind: [kind] }),
    ...(action && { action: [action] }),
  };
  const { data, error, loading, reload } = useQuery(auditQuery, {
    filter,
    after: pages.after,
  });
  const found = data?.auditEvents;
  const filterBy = (changes: Record<string, string>) => {
    pages.first();
    setQuery(changes);
  };
  return (
    <main class="full">
      <h1>Audit</h1>
      <Failure error={error} onRetry={() => void reload()} shown={data !== null} />
      <div class="bar">
        <select
          aria-label="Kind"
          value={kind ?? ""}
          onChange={(event) => filterBy({ kind: event.currentTarget.value })}
        >
          <option value="">Every kind</option>
          {KINDS.map((each) => (
            <option key={each} value={each}>
              {inWords(each)}
            </option>
          ))}
        </select>
        <input
          type="search"
          class="filter"
          aria-label="Action"
          placeholder="Action: stopVirtualMachine …; then Enter"
          defaultValue={action}
          key={action}
          onChange={(event) => filterBy({ action: event.currentTarget.value.trim() })}
        />
        <span role="status" class="count">
          {found ? count(found.totalCount, "event") : loading && "Reading …"}
        </span>
        <button type="button" disabled={loading} onClick={() => void reload()}>
          Refresh
        </button>
        <ViewQuery query={() => auditQueryText(kind ?? "", action)} />
      </div>
      {found && !found.nodes.length && (
        <p>{kind || action ? "No event matches." : "Nothing was recorded yet."}</p>
      )}
      {found && found.nodes.length > 0 && <Events events={found.nodes} onShow={setShown} />}
      <Pager pages={pages} info={found?.pageInfo} backLabel="Newer" nextLabel="Older" />
      {shown && <EventDialog event={shown} onClose={() => setShown(null)} />}
    </main>
  );
}

interface EventsProps {
  readonly events: readonly AuditEvent[];
  readonly onShow: (event: AuditEvent) => void;
}

function Events({ events, onShow }: EventsProps) {
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
          <td>{event.login}</td>
          <td>
            <button type="button" class="link" onClick={() => onShow(event)}>
              {event.action}
            </button>
            {isDryRun(event) && <div class="detail">dry run</div>}
          </td>
          <td class="wide">{namesIn(event)}</td>
          <td class="wide">{event.address}</td>
        </tr>
      ))}
    </ScrollTable>
  );
}

function EventDialog({ event, onClose }: { event: AuditEvent; onClose: () => void }) {
  const facts: [string, string][] = [
    ["When", moment(event.at)],
    ["Kind", inWords(event.kind)],
    ["User", event.login],
    ["Credential", event.credential],
    ["Address", event.address],
    ["Objects", namesIn(event)],
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
