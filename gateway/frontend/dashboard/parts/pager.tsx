/** Pages by cursor, one at a time: the one that is shown, and the way to those before and after. */
import { useState } from "preact/hooks";

export interface Pages {
  /** Of the page that is shown; null: the first. */
  readonly after: string | null;
  readonly first: () => void;
  readonly back: (() => void) | null;
  readonly open: (cursor: string) => void;
}

export function usePages(): Pages {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  return {
    after: cursors.at(-1) ?? null,
    first: () => setCursors([]),
    back: cursors.length ? () => setCursors(cursors.slice(0, -1)) : null,
    open: (cursor) => setCursors([...cursors, cursor]),
  };
}

interface PagerProps {
  readonly pages: Pages;
  readonly info: { readonly hasNextPage: boolean; readonly endCursor: string | null } | undefined;
  readonly backLabel: string;
  readonly nextLabel: string;
}

/** Nothing where there is one page. */
export function Pager({ pages, info, backLabel, nextLabel }: PagerProps) {
  const next = info?.hasNextPage ? info.endCursor : null;
  const { back } = pages;
  if (!back && !next) return null;
  return (
    <div class="bar">
      <button type="button" disabled={!back} onClick={() => back?.()}>
        {backLabel}
      </button>
      <button type="button" disabled={!next} onClick={() => next && pages.open(next)}>
        {nextLabel}
      </button>
    </div>
  );
}
