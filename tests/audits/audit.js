// node audit.js URL: the audits of graphql-http against the server at URL, as JSON:
// [{id, name, status, reason}], status "ok", "notice", "warn" or "error".
import { serverAudits } from "graphql-http";

const found = [];
for (const audit of serverAudits({ url: process.argv[2], fetchFn: fetch })) {
  const result = await audit.fn();
  found.push({
    id: audit.id,
    name: audit.name,
    status: result.status,
    reason: result.reason ?? "",
  });
}
process.stdout.write(JSON.stringify(found));
