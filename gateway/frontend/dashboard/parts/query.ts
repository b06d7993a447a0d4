/** A query of one view: its answer, its failure, and the way to ask again. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import type { Document } from "../api/graphql.ts";
import type { AnswerReceipt } from "../api/post.ts";
import { useStores } from "./context.ts";

export interface Asked<Result> {
  /** The last answer; it stays while the query is asked again, and when that fails. */
  readonly data: Result | null;
  /** Of the clouds that the last answer is from. */
  readonly receipts: readonly AnswerReceipt[];
  readonly error: Error | null;
  readonly loading: boolean;
  readonly reload: () => Promise<void>;
}

interface Answered<Result> {
  /** The variables that the data is for. */
  readonly key: string;
  readonly data: Result | null;
  readonly receipts: readonly AnswerReceipt[];
  readonly error: Error | null;
  readonly loading: boolean;
}

/**
 * Asks when the view opens, when `variables` change and when the computer is online again. Null
 * variables: nothing is asked yet.
 */
export function useQuery<Result, Variables extends object>(
  document: Document<Result, Variables>,
  variables: Variables | null,
): Asked<Result> {
  const { gateway } = useStores();
  const key = JSON.stringify(variables);
  const latest = useRef(0);
  const [answered, setAnswered] = useState<Answered<Result>>(() => nothing(key));
  const reload = useCallback(async () => {
    if (!variables) return;
    latest.current += 1;
    const asked = latest.current;
    const isLatest = () => asked === latest.current; // an earlier answer may come later
    setAnswered((before) => ({ ...(before.key === key ? before : nothing<Result>(key)), loading: true }));
    try {
      const { data, receipts } = await gateway.ask(document, variables);
      if (isLatest()) setAnswered({ key, data, receipts, error: null, loading: false });
    } catch (error) {
      if (isLatest()) {
        setAnswered((before) => ({ ...before, error: error as Error, loading: false }));
      }
    }
  }, [gateway, document, key]);
  useEffect(() => {
    void reload();
    const listener = () => void reload();
    addEventListener("online", listener);
    return () => {
      latest.current += 1;
      removeEventListener("online", listener);
    };
  }, [reload]);
  const current = answered.key === key ? answered : nothing<Result>(key);
  return { ...current, reload };
}

function nothing<Result>(key: string): Answered<Result> {
  return { key, data: null, receipts: [], error: null, loading: key !== "null" };
}

/** `value`, once it has not changed for a moment: a search is not sent for each letter. */
export function useSettled<T>(value: T, milliseconds = 300): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
