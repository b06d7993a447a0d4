/** The dry run of what a dialog would submit. */
import { useEffect, useState } from "preact/hooks";

import type { Verdict } from "../data/verdict.ts";

/** `of`: the request that it answers. */
interface Found {
  readonly of: string;
  readonly verdict: Verdict | null;
  readonly failure: string;
}

/**
 * The dry run of the request `of` as it is now; `ask` null: it is not complete yet. The dry run of
 * another request does not count: until the next one has answered, the button would submit a request
 * without a dry run.
 */
export function useVerdict(of: string, ask: (() => Promise<Verdict>) | null) {
  const [found, setFound] = useState<Found>({ of, verdict: null, failure: "" });
  useEffect(() => {
    let isCurrent = true;
    const keep = (answer: Partial<Found>) => {
      if (isCurrent) setFound({ of, verdict: null, failure: "", ...answer });
    };
    ask?.().then(
      (verdict) => keep({ verdict }),
      (error: Error) => keep({ failure: error.message }),
    );
    return () => {
      isCurrent = false;
    };
  }, [of]);
  return found.of === of ? found : { verdict: null, failure: "" };
}
