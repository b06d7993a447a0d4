/** Starts the page that gateway/templates/graphiql.html describes. */
import { createRoot } from "react-dom/client";

import { Page } from "./page.jsx";
import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import "./page.css";

const root = document.getElementById("graphiql");
const { endpoint, stream } = root?.dataset ?? {};
if (!root || !endpoint || !stream) {
  throw new Error("The template must name data-endpoint and data-stream on #graphiql.");
}
createRoot(root).render(<Page endpoint={endpoint} stream={stream} />);
