/** Does one thing at a time: a second click while the first is at work does nothing. */
import { useRef, useState } from "preact/hooks";

export interface Act {
  readonly busy: boolean;
  /** Why it failed; empty: it did not. */
  readonly failure: string;
  /** Returns whether it succeeded; false too while the one before is at work. */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>;
}

export function useAct(): Act {
  const atWork = useRef(false); // state changes with the next rendering, a double click comes before
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const run = async (work: () => Promise<unknown>) => {
    if (atWork.current) return false;
    atWork.current = true;
    setBusy(true);
    setFailure("");
    try {
      await work();
      return true;
    } catch (error) {
      setFailure((error as Error).message);
      return false;
    } finally {
      atWork.current = false;
      setBusy(false);
    }
  };
  return { busy, failure, run };
}
