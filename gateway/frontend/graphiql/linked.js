/** The query that a link to this page carries in its fragment, `#query=…`: it is shown, not run. */
import { parse, print } from "graphql";

/** @param {string} hash @returns {string | undefined} */
export function queryIn(hash) {
  const found = /^#query=(.+)$/s.exec(hash)?.[1];
  if (found === undefined) return undefined;
  try {
    return decodeURIComponent(found);
  } catch {
    return undefined; // a link that was cut
  }
}

/**
 * The text as "Prettify query" has it; as it is if it is no GraphQL, or has comments, which would be lost.
 * @param {string} query
 */
export function prettified(query) {
  if (query.includes("#")) return query;
  try {
    return print(parse(query));
  } catch {
    return query;
  }
}

/** Takes the query out of the address: after a reload the tabs have it, as the user has changed it. */
export function takeLinkedQuery() {
  const query = queryIn(location.hash);
  if (query !== undefined) history.replaceState(null, "", location.pathname + location.search);
  return query && prettified(query);
}
