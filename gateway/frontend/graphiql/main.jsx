/** Starts the page that gateway/templates/graphiql.html describes. */
import { createRoot } from "react-dom/client";

import { Page } from "./page.jsx";
import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import "./page.css";

const root = document.getElementById("graphiql");
const { endpoint, stream, dashboard } = root?.dataset ?? {};
if (!root || !endpoint || !stream || !dashboard) {
  throw new Error("The template must name the addresses on #graphiql.");
}
createRoot(root).render(<Page endpoint={endpoint} stream={stream} dashboard={dashboard} />);
