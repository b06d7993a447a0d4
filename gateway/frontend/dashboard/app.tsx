/** The page: log-in, navigation, the view of the URL, keys. */
import { useEffect, useState } from "preact/hooks";

import { type Addresses, Gateway } from "./api/gateway.ts";
import type { SessionStore } from "./api/session.ts";
import { Fleet } from "./data/fleet.ts";
import { Jobs as JobStore } from "./data/jobs.ts";
import { EMPTY_ORDER } from "./data/order.ts";
import { OrderKeys } from "./data/order_keys.ts";
import { Providers as ProviderStore } from "./data/providers.ts";
import { Submissions } from "./data/submissions.ts";
import { Value } from "./data/value.ts";
import { type Stores, StoresContext, useChanges } from "./parts/context.ts";
import { Dialog } from "./parts/dialog.tsx";
import { VIEWS } from "./parts/navigation.ts";
import { Palette } from "./parts/palette.tsx";
import { Toasts } from "./parts/toasts.tsx";
import { hrefOf, type Route, useRoute } from "./route.ts";
import { Access } from "./views/access.tsx";
import { Audit } from "./views/audit.tsx";
import { Changes } from "./views/changes.tsx";
import { Containers } from "./views/containers.tsx";
import { Jobs } from "./views/jobs.tsx";
import { LogIn } from "./views/login.tsx";
import { Machine } from "./views/machine.tsx";
import { Machines } from "./views/machines.tsx";
import { Overview } from "./views/overview.tsx";
import { Providers } from "./views/providers.tsx";
import { Provision } from "./views/provision.tsx";
import { Schedules } from "./views/schedules.tsx";
import { Storage } from "./views/storage.tsx";

interface AppProps {
  readonly addresses: Addresses;
  readonly session: SessionStore;
}

export function App({ addresses, session }: AppProps) {
  useChanges(session);
  const login = session.current?.login;
  if (!login) return <LogIn session={session} graphiql={addresses.endpoint} />;
  return <LoggedIn key={login} addresses={addresses} session={session} login={login} />;
}

function LoggedIn({ addresses, session, login }: AppProps & { login: string }) {
  const stores = useStarted(() => new Gateway(addresses, session, login));
  const route = useRoute();
  const [dialog, setDialog] = useState<"palette" | "keys" | null>(null);
  useKeys(setDialog);
  const view = VIEWS.find(({ path }) => path === route.path);
  const currentOf = (path: string) => {
    if (path === "machines" && route.path === "machine") return "true"; // a machine is one of them
    return view?.path === path ? "page" : undefined;
  };
  useEffect(() => {
    document.title = `${view?.title ?? "Machine"} - Cloud Gateway`;
    // On a phone the navigation is wider than the screen.
    document
      .querySelector(".top nav [aria-current]")
      ?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [view]);
  return (
    <StoresContext.Provider value={stores}>
      <header class="top">
        <nav aria-label="Views">
          {VIEWS.map(({ path, title }) => (
            <a key={path} href={hrefOf(path)} aria-current={currentOf(path)}>
              {title}
            </a>
          ))}
          <a href={addresses.endpoint}>GraphiQL</a>
        </nav>
        <div class="account">
          <button type="button" class="plain" onClick={() => setDialog("palette")}>
            Go to <kbd>Ctrl K</kbd>
          </button>
          <span>{login}</span>
          <button type="button" onClick={() => void session.logOut()}>
            Log out
          </button>
        </div>
      </header>
      <CurrentView route={route} />
      <Toasts />
      {dialog === "palette" && <Palette onClose={() => setDialog(null)} />}
      {dialog === "keys" && <Keys onClose={() => setDialog(null)} />}
    </StoresContext.Provider>
  );
}

/** The stores of one user's log-in: filled while the page is shown to them, emptied after. */
function useStarted(open: () => Gateway): Stores {
  const [stores] = useState<Stores>(() => {
    const gateway = open();
    return {
      gateway,
      fleet: new Fleet(gateway),
      jobs: new JobStore(gateway),
      providers: new ProviderStore(gateway),
      submissions: new Submissions(),
      order: new Value(EMPTY_ORDER),
      orderKeys: new OrderKeys(gateway.login),
    };
  });
  useEffect(() => {
    const { gateway, fleet, jobs, providers, submissions } = stores;
    void providers.load();
    const end = fleet.receipts.subscribe(() => {
      void providers.ensure(fleet.receipts.current.map(({ provider }) => provider.id));
    });
    const endRefreshing = fleet.progress.subscribe(() => {
      const { current: progress } = fleet.progress;
      const isBack = progress === "LOADED" && providers.error.current; // the gateway answers again
      if (progress === "LOADING" || isBack) void providers.refresh();
    });
    fleet.start();
    jobs.start();
    return () => {
      end();
      endRefreshing();
      submissions.clear(); // what waits is not sent when its user has gone
      fleet.stop();
      jobs.stop();
      gateway.close();
    };
  }, [stores]);
  return stores;
}

function CurrentView({ route }: { route: Route }) {
  switch (route.path) {
    case "":
      return <Overview />;
    case "machines":
      return <Machines route={route} />;
    case "machine": {
      const id = route.query.get("id") ?? "";
      return <Machine key={id} id={id} asked={route.query.get("do") ?? ""} />;
    }
    case "provision":
      return <Provision />;
    case "containers":
      return <Containers route={route} />;
    case "jobs":
      return <Jobs route={route} />;
    case "storage":
      return <Storage route={route} />;
    case "schedules":
      return <Schedules />;
    case "providers":
      return <Providers />;
    case "changes":
      return <Changes route={route} />;
    case "access":
      return <Access route={route} />;
    case "audit":
      return <Audit route={route} />;
    default:
      return (
        <main>
          <h1>There is no such view</h1>
          <p>
            <a href={hrefOf("")}>Overview</a>
          </p>
        </main>
      );
  }
}

const KEYS: readonly [string, string][] = [
  ["/", "Filter the list"],
  ["Ctrl K", "Go to a view, a provider or a machine, by name, id or address; act on a machine"],
  ["?", "Show these keys"],
  ["Shift click", "Select a range of machines"],
  ["Escape", "Close a dialog"],
];

function Keys({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="facts">
        {KEYS.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

function useKeys(open: (dialog: "palette" | "keys") => void): void {
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        open("palette");
        return;
      }
      const typing = event.target instanceof Element && event.target.closest("input,textarea,select");
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "/") {
        event.preventDefault();
        document.querySelector<HTMLInputElement>("input.filter")?.focus();
      }
      if (event.key === "?") open("keys");
    };
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, [open]);
}
