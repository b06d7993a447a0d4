/** The connected clouds: status, sources, check, connect and disconnect. */
import { useEffect, useState } from "preact/hooks";

import { graphql, type ResultOf } from "../api/graphql.ts";
import { accepted } from "../api/post.ts";
import type { Receipt } from "../data/fleet.ts";
import { type Provider, providerFields } from "../data/providers.ts";
import { ago, count, problemOf } from "../data/text.ts";
import { useChanges, useClock, useStores } from "../parts/context.ts";
import { Problems } from "../parts/problems.tsx";
import { State } from "../parts/state.tsx";
import { TypedDialog } from "../parts/typed.tsx";
import { ConnectDialog } from "./connect.tsx";

const check = graphql(
  `mutation CheckProvider($input: CheckProviderInput!) {
    checkProvider(input: $input) {
      provider { ...ProviderFields }
      check { credentialsValid warnings durationMs regions { region error { message } } }
      errors { message }
    }
  }`,
  [providerFields],
);
const disconnect = graphql(`mutation DisconnectProvider($input: DisconnectProviderInput!) {
  disconnectProvider(input: $input) { id errors { message } }
}`);

type Report = NonNullable<NonNullable<ResultOf<typeof check>["checkProvider"]>["check"]>;

export function Providers() {
  const { fleet, providers } = useStores();
  useChanges(providers.rows, fleet.receipts);
  useClock();
  const [connecting, setConnecting] = useState(false);
  useEffect(() => {
    void providers.load().catch(() => undefined); // the page says what it could not load
  }, []);
  const rows = [...providers.rows.all].sort((a, b) => a.name.localeCompare(b.name));
  return (
    <main>
      <h1>Providers</h1>
      <Problems />
      <div class="bar">
        <span class="count">{count(rows.length, "provider")}</span>
        <button type="button" class="primary" onClick={() => setConnecting(true)}>
          Connect a provider
        </button>
      </div>
      {rows.map((provider) => (
        <ProviderCard
          key={provider.id}
          provider={provider}
          receipts={fleet.receipts.current.filter(({ provider: { id } }) => id === provider.id)}
        />
      ))}
      {!rows.length && <p>No provider is connected yet.</p>}
      {connecting && <ConnectDialog onClose={() => setConnecting(false)} />}
    </main>
  );
}

interface CardProps {
  readonly provider: Provider;
  readonly receipts: readonly Receipt[];
}

function ProviderCard({ provider, receipts }: CardProps) {
  const { gateway, providers } = useStores();
  const [report, setReport] = useState<Report | null>(null);
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const runCheck = async () => {
    setBusy(true);
    setFailure("");
    try {
      const { checkProvider } = await gateway.execute(check, { input: { id: provider.id } });
      const checked = accepted(checkProvider);
      if (checked.provider) providers.rows.put([checked.provider]);
      setReport(checked.check);
    } catch (error) {
      setFailure((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  const { name, kind, status, lastError, viewerRole, owner } = provider;
  return (
    <section class="card" aria-label={name}>
      <h2>
        {name} <State state={status} />
      </h2>
      <p>
        {kind.label}
        {owner && `, owned by ${owner.login}`}
        {viewerRole && `, your role: ${viewerRole.toLowerCase()}`}
      </p>
      {lastError && status !== "OK" && <p class="notice warn">{lastError.message}</p>}
      <Sources name={name} receipts={receipts} />
      <div class="bar">
        <button type="button" disabled={busy} onClick={() => void runCheck()}>
          {busy ? "Checking …" : "Check"}
        </button>
        {viewerRole === "ADMIN" && (
          <button type="button" class="danger" onClick={() => setLeaving(true)}>
            Disconnect
          </button>
        )}
      </div>
      {failure && <p class="notice bad" role="alert">The check failed. {failure}</p>}
      {report && <ReportText report={report} />}
      {leaving && <DisconnectDialog provider={provider} onClose={() => setLeaving(false)} />}
    </section>
  );
}

function Sources({ name, receipts }: { name: string; receipts: readonly Receipt[] }) {
  if (!receipts.length) return <p>Not asked yet.</p>;
  return (
    <table aria-label={`Sources of ${name}`}>
      <thead>
        <tr>
          <th>Region</th>
          <th>Answer</th>
          <th class="numeric">Machines</th>
          <th class="wide">As of</th>
          <th class="numeric wide">Took</th>
        </tr>
      </thead>
      <tbody>
        {receipts.map((receipt) => (
          <tr key={`${receipt.resource} ${receipt.region}`}>
            <td>{receipt.region || "(list of regions)"}</td>
            <td>
              <State state={receipt.status} />
              <div class="detail">{problemOf(receipt, name)}</div>
            </td>
            <td class="numeric">{receipt.count}</td>
            <td class="wide">{ago(receipt.fetchedAt)}</td>
            <td class="numeric wide">
              {typeof receipt.durationMs === "number" ? `${receipt.durationMs} ms` : ""}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ReportText({ report }: { report: Report }) {
  const verdicts: Record<string, string> = {
    true: "The cloud accepts the credentials.",
    false: "The cloud refuses the credentials.",
  };
  return (
    <div role="status" class="notice">
      <p>{verdicts[String(report.credentialsValid)] ?? "Whether the credentials are valid is not known."}</p>
      <ul>
        {report.warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
        {report.regions.map(({ region, error }) =>
          error ? <li key={region}>{`${region}: ${error.message}`}</li> : null,
        )}
      </ul>
    </div>
  );
}

function DisconnectDialog({ provider, onClose }: { provider: Provider; onClose: () => void }) {
  const { gateway, providers, fleet } = useStores();
  const work = async () => {
    const answer = await gateway.execute(disconnect, { input: { id: provider.id } });
    accepted(answer.disconnectProvider);
    await providers.load();
    fleet.reload();
  };
  return (
    <TypedDialog
      title={`Disconnect ${provider.name}`}
      word={provider.name}
      button="Disconnect"
      work={work}
      onClose={onClose}
    >
      <p>
        The gateway forgets its credentials and its machines. Nothing is changed at{" "}
        {provider.kind.label}.
      </p>
    </TypedDialog>
  );
}
