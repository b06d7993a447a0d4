/** GraphiQL as this page shows it: its panels, its defaults, what it remembers. */
import { DOC_EXPLORER_PLUGIN, DocExplorerContextProvider } from "@graphiql/plugin-doc-explorer";
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { GraphiQLProvider, usePluginStore } from "@graphiql/react";
import { GraphiQL, GraphiQLInterface } from "graphiql";
import { useMemo, useState } from "react";

import { SessionStore } from "../dashboard/api/session.ts";
import defaultQuery from "./default-query.graphql";
import { createExamplesPlugin } from "./examples.jsx";
import { EditorFocus } from "./editor-focus.jsx";
import { createFetcher } from "./fetcher.js";
import { takeLinkedQuery } from "./linked.js";
import { createLoginPlugin } from "./login.jsx";
import { isNarrow } from "./narrow.js";
import { closedPanel, HeaderKeeper, keepsHeaders } from "./remembered.js";
import { SessionContext } from "./session.jsx";

/** @param {import("./fetcher.js").Addresses} addresses */
export function Page(addresses) {
  const [session] = useState(() => new SessionStore(addresses.endpoint));
  return (
    <SessionContext value={session}>
      <Explorer {...addresses} session={session} />
    </SessionContext>
  );
}

/**
 * Composed of GraphiQL's parts rather than of <GraphiQL>, which always brings a history that
 * writes every request's headers, tokens included, into the browser's storage.
 * @param {import("./fetcher.js").Addresses & {session: SessionStore}} props
 */
function Explorer({ endpoint, stream, dashboard, session }) {
  const fetcher = useMemo(
    () => createFetcher({ endpoint, stream }, session),
    [endpoint, stream, session],
  );
  const plugins = useMemo(createPlugins, []);
  const [linked] = useState(takeLinkedQuery);
  const [keeping] = useState(keepsHeaders);
  const [opensLogin] = useState(() => !session.current && !keepsHeaders() && !closedPanel());
  return (
    <GraphiQLProvider
      fetcher={fetcher}
      plugins={plugins}
      referencePlugin={DOC_EXPLORER_PLUGIN}
      visiblePlugin={opensLogin ? plugins[0] : undefined}
      defaultQuery={defaultQuery}
      query={linked}
      variables={linked && ""}
      shouldPersistHeaders={keeping}
    >
      <HeaderKeeper enabled={keeping} />
      <EditorFocus enabled={linked !== undefined || !(opensLogin || isNarrow())} />
      <Interface dashboard={dashboard} />
    </GraphiQLProvider>
  );
}

/**
 * Waits for the panels: GraphiQL decides at its first look whether one is open.
 * @param {{dashboard: string}} props
 */
function Interface({ dashboard }) {
  const { plugins } = usePluginStore();
  if (plugins.length === 0) return null;
  return (
    <DocExplorerContextProvider>
      <GraphiQLInterface defaultEditorToolsVisibility={false} showPersistHeadersSettings>
        <GraphiQL.Logo>
          <a href={dashboard}>Dashboard</a>
        </GraphiQL.Logo>
      </GraphiQLInterface>
    </DocExplorerContextProvider>
  );
}

function createPlugins() {
  return [
    createLoginPlugin(),
    createExamplesPlugin(),
    DOC_EXPLORER_PLUGIN,
    explorerPlugin({ showAttribution: false }),
  ];
}
