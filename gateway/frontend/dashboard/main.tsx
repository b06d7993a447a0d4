/** Starts the page that gateway/templates/dashboard.html describes. */
import { render } from "preact";

import { SessionStore } from "./api/session.ts";
import { App } from "./app.tsx";
import "./style.css";

const root = document.getElementById("dashboard");
const { endpoint, stream } = root?.dataset ?? {};
if (!root || !endpoint || !stream) {
  throw new Error("The template must name data-endpoint and data-stream on #dashboard.");
}
const session = new SessionStore(endpoint);
render(<App addresses={{ endpoint, stream }} session={session} />, root);
