/** One machine: facts, actions, history and jobs. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

import { graphql, type ResultOf } from "../api/graphql.ts";
import { ACTIONS, type Action } from "../data/actions.ts";
import { actorFields, changedValue } from "../data/changes.ts";
import { monthlyInWords, priceInWords } from "../data/costs.ts";
import { canCreate } from "../data/creations.ts";
import { isViewOnly } from "../data/providers.ts";
import { ago, fieldInWords, moment, tagsOf } from "../data/text.ts";
import { machineQuery } from "../data/view_queries.ts";
import { MachineBar } from "../parts/action_bar.tsx";
import { ActionDialog } from "../parts/action_dialog.tsx";
import { ChangedBy } from "../parts/changed_by.tsx";
import { useChanges, useClock, useStores } from "../parts/context.ts";
import { CopyButton } from "../parts/copy.tsx";
import { State } from "../parts/state.tsx";
import { TagDialog } from "../parts/tag_dialog.tsx";
import { ViewQuery } from "../parts/view_query.tsx";
import { When } from "../parts/when.tsx";
import { hrefOf, lastListHref, setQuery } from "../route.ts";
import { CreateImageButton } from "./image_create.tsx";
import { JobTable } from "./job_table.tsx";
import { JobProblems, newestFirst } from "./jobs.tsx";

const details = graphql(
  `
  query MachineDetails($id: ID!) {
    viewer { superuser }
    virtualMachine(id: $id, maxAge: 3600) {
      rawState vcpus memory createdAt launchedAt sshCommand
      volumes { id name externalId size state }
      securityGroups { id name openToWorld }
      keyPair { id name }
      price { amount currency per asOf source }
      changes(first: 50) { id at field before after actor { ...ActorFields } }
    }
  }
`,
  [actorFields],
);

type Details = NonNullable<ResultOf<typeof details>["virtualMachine"]>;

interface MachineProps {
  readonly id: string;
  /** An action to ask about at once: of the palette. */
  readonly asked: string;
}

export function Machine({ id, asked }: MachineProps) {
  const { fleet, gateway, jobs, providers } = useStores();
  useChanges(fleet.machines, fleet.progress, providers.rows, jobs.rows);
  useClock();
  const [more, setMore] = useState<Details | null>(null);
  const [failure, setFailure] = useState("");
  const [isSuperuser, setSuperuser] = useState(false);
  const [tagging, setTagging] = useState(false);
  const action = ACTIONS.find(({ name }) => name === asked) ?? null;
  const setAction = (next: Action | null) => setQuery({ do: next?.name ?? "" });
  const machine = fleet.machines.get(id);
  // All of the row but its age: a machine that is resized while it is stopped changes no state.
  const present = JSON.stringify({ ...machine, observedAt: null });
  useEffect(() => {
    let isLatest = true; // an earlier answer may come later
    gateway
      .execute(details, { id })
      .then(({ virtualMachine, viewer }) => {
        if (!isLatest) return;
        setMore(virtualMachine ?? null);
        setSuperuser(viewer?.superuser ?? false);
        setFailure("");
      })
      .catch((error: Error) => isLatest && setFailure(error.message));
    return () => {
      isLatest = false;
    };
  }, [id, present]);

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
  const facts: [string, ComponentChildren][] = [
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
    ["Log in with", more?.sshCommand && <SshCommand text={more.sshCommand} />],
    ["Key pair", more?.keyPair?.name],
    ["Security groups", more?.securityGroups.map(groupInWords).join(", ")],
    ["Volumes", more?.volumes.map(volumeInWords).join(", ")],
    ["Tags", tagsOf(machine)],
    ["Price while it runs", more && (more.price ? priceInWords(more.price) : "not known")],
    ["Cost a month in this state", monthlyInWords(machine.monthlyCost)],
    ["State, as the cloud names it", more?.rawState],
    ["Created", moment(more?.createdAt)],
    ["Last started", moment(more?.launchedAt)],
    ["Seen", `${ago(machine.observedAt)} (${moment(machine.observedAt)})`],
  ];
  return (
    <main>
      <p>
        <a href={lastListHref()}>Machines</a>
      </p>
      <h1>
        {machine.name || machine.externalId} <State state={machine.state} />
      </h1>
      {machine.problem && <p class="notice warn">{machine.problem}</p>}
      {machine.stale && (
        <p class="notice warn">It may have changed since: its cloud did not answer in full.</p>
      )}
      <MachineBar chosen={[machine]} onAction={setAction} onTag={() => setTagging(true)} />
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
      <div class="bar">
        <a href={hrefOf("storage", { show: "volumes", q: machine.name })}>Its volumes</a>
        {provider?.kind.capabilities.includes("ATTACH_VOLUME") && !isViewOnly(provider) && (
          <a
            href={hrefOf("storage", {
              show: "volumes",
              q: ["available", machine.region, provider.name].join(" "),
              for: machine.id,
            })}
          >
            Attach a volume
          </a>
        )}
        {canCreate(provider, "CREATE_IMAGE") && <CreateImageButton machine={machine} />}
        {isSuperuser && <a href={hrefOf("audit", { object: machine.id })}>Audit</a>}
        <ViewQuery query={() => machineQuery(machine.id)} />
      </div>
      <h2>Changes</h2>
      {failure && <p class="notice bad">Its history could not be read. {failure}</p>}
      <Changes changes={more?.changes} />
      <h2>Jobs</h2>
      <JobProblems />
      <JobTable
        jobs={newestFirst(jobs.rows.all.filter(({ target }) => target?.id === machine.id))}
        empty="No job of the newest ones was about this machine."
      />
      {tagging && (
        <TagDialog
          machines={[machine]}
          onClose={() => setTagging(false)}
          onDone={() => setTagging(false)}
        />
      )}
      {action && (
        <ActionDialog
          action={action}
          machines={[machine]}
          onClose={() => setAction(null)}
          onDone={() => setAction(null)}
        />
      )}
    </main>
  );
}

function SshCommand({ text }: { text: string }) {
  return (
    <>
      <code>{text}</code> <CopyButton text={text} name="Copy the command that logs in" />
    </>
  );
}

type Group = Details["securityGroups"][number];
type Volume = Details["volumes"][number];

const groupInWords = ({ name, openToWorld }: Group) =>
  openToWorld ? `${name} (open to the world)` : name;
const volumeInWords = ({ name, externalId, size }: Volume) =>
  `${name || externalId}${typeof size === "number" ? ` (${size} GiB)` : ""}`;

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
          <th>By</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ id, at, field, before, after, actor }) => (
          <tr key={id}>
            <td>
              <When time={at} />
            </td>
            <td>{fieldInWords(field)}</td>
            <td>{changedValue({ field }, before)}</td>
            <td>{changedValue({ field }, after)}</td>
            <td>
              <ChangedBy actor={actor} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
