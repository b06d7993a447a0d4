/** The connected clouds: status, sources, check, connect and disconnect. */
import { useEffect, useRef, useState } from "preact/hooks";

import { graphql, type ResultOf } from "../api/graphql.ts";
import { accepted } from "../api/post.ts";
import type { Receipt } from "../data/fleet.ts";
import { isViewOnly, type Provider, providerFields } from "../data/providers.ts";
import { count, problemOf } from "../data/text.ts";
import { useChanges, useClock, useStores } from "../parts/context.ts";
import { Problems } from "../parts/problems.tsx";
import { State } from "../parts/state.tsx";
import { TypedDialog } from "../parts/typed.tsx";
import { hrefOf } from "../route.ts";
import { ConnectDialog } from "./connect.tsx";
import { EditDialog } from "./provider_edit.tsx";
import { Sources } from "./provider_sources.tsx";

const check = graphql(
  `mutation CheckProvider($input: CheckProviderInput!) {
    checkProvider(input: $input) {
      provider { ...ProviderFields }
      check {
        credentialsValid warnings durationMs
        missingPermissions { capability actions regions }
        regions { region error { message } }
      }
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
  useChanges(providers.rows, providers.error, providers.loaded, fleet.receipts);
  useClock();
  const [connecting, setConnecting] = useState(false);
  const [gone, setGone] = useState<readonly string[]>([]);
  const [connected, setConnected] = useState("");
  const [held, setHeld] = useState<ReadonlyMap<string, boolean>>(new Map());
  useEffect(() => {
    void providers.load();
  }, []);
  const receiptsOf = (provider: Provider) =>
    fleet.receipts.current
      .filter(({ provider: { id } }) => id === provider.id)
      .sort((a, b) => a.region.localeCompare(b.region, "en", { numeric: true }));
  const fails = (provider: Provider) =>
    receiptsOf(provider).some((receipt) => problemOf(receipt, provider.name));
  // Those that fail come first: they are what one looks for. One that is worked on stays where it is.
  const isFirst = (provider: Provider) => held.get(provider.id) ?? fails(provider);
  const rows = [...providers.rows.all].sort(
    (a, b) => Number(isFirst(b)) - Number(isFirst(a)) || a.name.localeCompare(b.name),
  );
  return (
    <main>
      <h1>Providers</h1>
      <Problems sources={false} />
      <div class="bar">
        <span class="count">{providers.loaded.current && count(rows.length, "provider")}</span>
        <button type="button" class="primary" onClick={() => setConnecting(true)}>
          Connect a provider
        </button>
      </div>
      {gone.length > 0 && (
        <p class="notice" role="status">
          The demo has ended: {gone.join(", ")} {gone.length > 1 ? "are" : "is"} disconnected.{" "}
          <code>DEMO=1 make run</code> connects it again, and keeps it.{" "}
          <button type="button" onClick={() => setGone([])}>
            Dismiss
          </button>
        </p>
      )}
      {rows.map((provider) => (
        <ProviderCard
          key={provider.id}
          provider={provider}
          receipts={receiptsOf(provider)}
          isNew={provider.id === connected}
          onWork={() => setHeld(new Map([...held, [provider.id, isFirst(provider)]]))}
        />
      ))}
      {!rows.length && !providers.error.current && (
        <p>{providers.loaded.current ? "No provider is connected yet." : "Reading …"}</p>
      )}
      {connecting && (
        <ConnectDialog
          onClose={() => setConnecting(false)}
          onConnected={(id, names) => {
            setConnecting(false);
            setConnected(id);
            setGone(names);
          }}
        />
      )}
    </main>
  );
}

interface CardProps {
  readonly provider: Provider;
  readonly receipts: readonly Receipt[];
  /** It was just connected: it is checked at once. */
  readonly isNew: boolean;
  /** It is checked or edited now. */
  readonly onWork: () => void;
}

function ProviderCard({ provider, receipts, isNew, onWork }: CardProps) {
  const { gateway, providers } = useStores();
  const [report, setReport] = useState<Report | null>(null);
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState<"edit" | "disconnect" | null>(null);
  const runCheck = async () => {
    onWork();
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
  useEffect(() => {
    if (isNew) void runCheck();
  }, [isNew]);
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    if (report) element.current?.scrollIntoView({ block: "nearest" });
  }, [report]);
  const { id, name, kind, status, lastError, viewerRole, owner } = provider;
  const isTold = receipts.some(({ error }) => error?.message === lastError?.message);
  const close = () => setAsked(null);
  return (
    <section ref={element} class="card" aria-label={name}>
      <h2>
        {name} <State state={status} />
      </h2>
      <p>
        {kind.label}
        {owner && `, owned by ${owner.login}`}
        {viewerRole && `, your role: ${viewerRole.toLowerCase()}`}
      </p>
      {lastError && status !== "OK" && !isTold && <p class="notice warn">{lastError.message}</p>}
      {kind.capabilities.includes("LIST_MACHINES") && <Sources name={name} receipts={receipts} />}
      <div class="bar">
        {!isViewOnly(provider) && (
          <button type="button" disabled={busy} onClick={() => void runCheck()}>
            {busy ? "Checking …" : "Check"}
          </button>
        )}
        {viewerRole === "ADMIN" ? (
          <>
            <button
              type="button"
              onClick={() => {
                onWork();
                setAsked("edit");
              }}
            >
              Edit
            </button>
            <button type="button" class="danger" onClick={() => setAsked("disconnect")}>
              Disconnect
            </button>
            <a href={hrefOf("access", { provider: id })}>Roles</a>
          </>
        ) : (
          <small class="reason">
            {isViewOnly(provider) ? "You may only view it." : "Only its administrators edit and disconnect it."}
          </small>
        )}
      </div>
      {failure && <p class="notice bad" role="alert">The check failed. {failure}</p>}
      {report && <ReportText report={report} />}
      {asked === "edit" && (
        <EditDialog
          provider={provider}
          onClose={close}
          onDone={() => {
            close();
            void runCheck();
          }}
        />
      )}
      {asked === "disconnect" && <DisconnectDialog provider={provider} onClose={close} />}
    </section>
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
        {report.missingPermissions.map(({ capability, actions, regions }) => (
          <li key={`${capability} ${actions.join()}`}>
            {`Missing permission: ${actions.join(", ") || capability} in ${regions.join(", ")}`}
          </li>
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
        The gateway forgets its credentials and all that it has read there. Nothing is changed at{" "}
        {provider.kind.label}.
      </p>
    </TypedDialog>
  );
}
