/** Starts the page that gateway/templates/dashboard.html describes. */
import { render } from "preact";

import { SessionStore } from "./api/session.ts";
import { App } from "./app.tsx";
import "./style.css";

const root = document.getElementById("dashboard");
const { endpoint, stream, upload, uploaded } = root?.dataset ?? {};
if (!root || !endpoint || !stream || !upload || !uploaded) {
  throw new Error("The template must name the addresses on #dashboard.");
}
const session = new SessionStore(endpoint);
render(<App addresses={{ endpoint, stream, upload, uploaded }} session={session} />, root);
