/** One machine: facts, actions, history and jobs. */
import { useEffect, useState } from "preact/hooks";

import { graphql, type ResultOf } from "../api/graphql.ts";
import type { Action } from "../data/actions.ts";
import { valueInWords } from "../data/changes.ts";
import { ago, dollars, HOURS_A_MONTH, moment, tagsOf } from "../data/text.ts";
import { Confirm } from "../parts/confirm.tsx";
import { useChanges, useClock, useStores } from "../parts/context.ts";
import { State } from "../parts/state.tsx";
import { hrefOf } from "../route.ts";
import { JobTable, newestFirst } from "./jobs.tsx";
import { ActionBar } from "./machines.tsx";

const details = graphql(`
  query MachineDetails($id: ID!) {
    virtualMachine(id: $id, maxAge: 3600) {
      rawState vcpus memory createdAt launchedAt
      changes(first: 50) { id at field before after }
    }
  }
`);

type Details = NonNullable<ResultOf<typeof details>["virtualMachine"]>;

export function Machine({ id }: { id: string }) {
  const { fleet, gateway, jobs, providers } = useStores();
  useChanges(fleet.machines, fleet.progress, providers.rows, jobs.rows);
  useClock();
  const [more, setMore] = useState<Details | null>(null);
  const [failure, setFailure] = useState("");
  const [action, setAction] = useState<Action | null>(null);
  const machine = fleet.machines.get(id);
  const state = machine?.state;
  useEffect(() => {
    gateway
      .execute(details, { id })
      .then(({ virtualMachine }) => setMore(virtualMachine ?? null))
      .catch((error: Error) => setFailure(error.message));
  }, [id, state]);

  if (!machine) {
    return (
      <main>
        <h1>Machine</h1>
        <p>
          {fleet.progress.current === "LOADING"
            ? "Asking the clouds …"
            : "There is no such machine, or you may not see it."}
        </p>
      </main>
    );
  }
  const provider = providers.rows.get(machine.provider.id);
  const price = machine.pricePerHour;
  const facts: [string, string | null | undefined][] = [
    ["Provider", provider && `${provider.name} (${provider.kind.label})`],
    ["Region", machine.region],
    ["Zone", machine.location?.name],
    ["Id at the cloud", machine.externalId],
    ["Size", machine.size?.name],
    ["Processors", more?.vcpus?.toString()],
    ["Memory", typeof more?.memory === "number" ? `${more.memory} MiB` : null],
    ["Image", machine.image?.name],
    ["Public addresses", machine.publicIps.join(" ")],
    ["Private addresses", machine.privateIps.join(" ")],
    ["Tags", tagsOf(machine)],
    [
      "List price",
      typeof price === "number"
        ? `${dollars(price, 4)} an hour, ${dollars(price * HOURS_A_MONTH)} a month`
        : "Not known",
    ],
    ["The cloud's word for its state", more?.rawState],
    ["Created", moment(more?.createdAt)],
    ["Last started", moment(more?.launchedAt)],
    ["Seen", `${ago(machine.observedAt)} (${moment(machine.observedAt)})`],
  ];
  return (
    <main>
      <p>
        <a href={hrefOf("machines")}>Machines</a>
      </p>
      <h1>
        {machine.name || machine.externalId} <State state={machine.state} />
      </h1>
      {machine.problem && <p class="notice warn">{machine.problem}</p>}
      {machine.stale && (
        <p class="notice warn">It may have changed since: its cloud did not answer in full.</p>
      )}
      <ActionBar chosen={[machine]} onAction={setAction} />
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
      <QueryCopy id={machine.id} />
      <h2>Changes</h2>
      {failure && <p class="notice bad">Its history could not be read. {failure}</p>}
      <Changes changes={more?.changes} />
      <h2>Jobs</h2>
      <JobTable
        jobs={newestFirst(jobs.rows.all.filter(({ target }) => target?.id === machine.id))}
        empty="No job of the newest ones was about this machine."
      />
      {action && (
        <Confirm
          action={action}
          machines={[machine]}
          onClose={() => setAction(null)}
          onDone={() => setAction(null)}
        />
      )}
    </main>
  );
}

function Changes({ changes }: { changes: Details["changes"] | undefined }) {
  if (!changes) return <p>Reading …</p>;
  if (!changes.length) return <p>No change is recorded.</p>;
  return (
    <table aria-label="Changes">
      <thead>
        <tr>
          <th>When</th>
          <th>What</th>
          <th>Before</th>
          <th>After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ id, at, field, before, after }) => (
          <tr key={id}>
            <td title={at}>{ago(at)}</td>
            <td>{field}</td>
            <td>{valueInWords(before)}</td>
            <td>{valueInWords(after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function QueryCopy({ id }: { id: string }) {
  const [copied, setCopied] = useState(false);
  const query = `{ virtualMachine(id: "${id}") { name state region publicIps stale observedAt } }`;
  const copy = () => {
    void navigator.clipboard?.writeText(query).then(() => setCopied(true));
  };
  return (
    <p>
      <code>{query}</code>{" "}
      <button type="button" onClick={copy}>
        {copied ? "Copied" : "Copy this view's query"}
      </button>
    </p>
  );
}
