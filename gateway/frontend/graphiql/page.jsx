/** GraphiQL as this page shows it: its panels, its defaults, what it remembers. */
import { DOC_EXPLORER_PLUGIN, DocExplorerContextProvider } from "@graphiql/plugin-doc-explorer";
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { GraphiQLProvider, usePluginStore } from "@graphiql/react";
import { GraphiQL, GraphiQLInterface } from "graphiql";
import { useMemo, useState } from "react";

import defaultQuery from "./default-query.graphql";
import { createFetcher } from "./fetcher.js";
import { EMPTY_HEADERS, withToken } from "./headers.js";
import { createLoginPlugin } from "./login.jsx";
import { closedPanel, HeaderKeeper, keepsHeaders } from "./remembered.js";
import { SessionProvider, TabSync, useSession } from "./session.jsx";

/** @param {import("./fetcher.js").Addresses} props paths on this origin */
export function Page({ endpoint, stream }) {
  return (
    <SessionProvider>
      <Explorer endpoint={endpoint} stream={stream} />
    </SessionProvider>
  );
}

/**
 * Composed of GraphiQL's parts rather than of <GraphiQL>, which always brings a history that
 * writes every request's headers, tokens included, into the browser's storage.
 * @param {import("./fetcher.js").Addresses} props
 */
function Explorer({ endpoint, stream }) {
  const { session } = useSession();
  const fetcher = useMemo(() => createFetcher({ endpoint, stream }), [endpoint, stream]);
  const plugins = useMemo(() => createPlugins(endpoint), [endpoint]);
  const [keeping] = useState(keepsHeaders);
  const [opensLogin] = useState(() => !keepsHeaders() && !closedPanel());
  return (
    <GraphiQLProvider
      fetcher={fetcher}
      plugins={plugins}
      referencePlugin={DOC_EXPLORER_PLUGIN}
      visiblePlugin={opensLogin ? plugins[0] : undefined}
      defaultQuery={defaultQuery}
      defaultHeaders={session ? withToken("{}", session.token) : EMPTY_HEADERS}
      shouldPersistHeaders={keeping}
    >
      <HeaderKeeper enabled={keeping} />
      <TabSync />
      <Interface />
    </GraphiQLProvider>
  );
}

/** Waits for the panels: GraphiQL decides at its first look whether one is open. */
function Interface() {
  const { plugins } = usePluginStore();
  if (plugins.length === 0) return null;
  return (
    <DocExplorerContextProvider>
      <GraphiQLInterface defaultEditorToolsVisibility="headers" showPersistHeadersSettings>
        <GraphiQL.Logo>Cloud Gateway</GraphiQL.Logo>
      </GraphiQLInterface>
    </DocExplorerContextProvider>
  );
}

/** @param {string} endpoint */
function createPlugins(endpoint) {
  return [
    createLoginPlugin(endpoint),
    DOC_EXPLORER_PLUGIN,
    explorerPlugin({ showAttribution: false }),
  ];
}
