/** Starts the page that gateway/templates/dashboard.html describes. */
import { render } from "preact";

import { Gateway } from "./api/gateway.ts";
import { SessionStore } from "./api/session.ts";
import { App } from "./app.tsx";
import "./style.css";

const root = document.getElementById("dashboard");
const { endpoint, stream } = root?.dataset ?? {};
if (!root || !endpoint || !stream) {
  throw new Error("The template must name data-endpoint and data-stream on #dashboard.");
}
const url = new URL(stream, location.href).href; // graphql-sse adds parameters to it
const gateway = new Gateway(endpoint, url, new SessionStore(endpoint));
render(<App gateway={gateway} graphiql={endpoint} />, root);
