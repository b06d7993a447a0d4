/** The view that is shown and its state, in the fragment of the URL: `#/machines?q=web&sort=name`. */
import { useEffect, useState } from "preact/hooks";

export interface Route {
  /** `machines`, `jobs` …; empty: the overview. */
  readonly path: string;
  readonly query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  return { path, query: new URLSearchParams(query) };
}

export function hrefOf(path: string, query: Record<string, string> = {}): string {
  const text = new URLSearchParams(
    Object.entries(query).filter(([, value]) => value !== ""),
  ).toString();
  return `#/${path}${text && `?${text}`}`;
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const listener = () => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", listener);
    return () => removeEventListener("hashchange", listener);
  }, []);
  return route;
}

let lastList = "#/machines";

/** The list of machines as it was last: its filter, order and groups. */
export const lastListHref = () => lastList;

export function rememberList(): void {
  lastList = location.hash;
}

/** Changes parts of the query. The view stays; typing leaves no trail of entries in the history. */
export function setQuery(changes: Record<string, string>): void {
  const { path, query } = parseRoute(location.hash);
  const href = hrefOf(path, { ...Object.fromEntries(query), ...changes });
  if (href === location.hash) return;
  history.replaceState(null, "", href);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

export function go(path: string, query: Record<string, string> = {}): void {
  location.hash = hrefOf(path, query);
}
