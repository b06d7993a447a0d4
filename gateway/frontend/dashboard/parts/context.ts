/** What every view needs: the gateway and the stores filled from it. */
import { createContext } from "preact";
import { useContext, useEffect, useReducer } from "preact/hooks";

import type { Gateway } from "../api/gateway.ts";
import type { Fleet } from "../data/fleet.ts";
import type { Jobs } from "../data/jobs.ts";
import type { Order } from "../data/order.ts";
import type { OrderKeys } from "../data/order_keys.ts";
import type { Providers } from "../data/providers.ts";
import type { Submissions } from "../data/submissions.ts";
import type { Value } from "../data/value.ts";

export interface Stores {
  readonly gateway: Gateway;
  readonly fleet: Fleet;
  readonly jobs: Jobs;
  readonly providers: Providers;
  readonly submissions: Submissions;
  /** What was entered in Provision: it is there again after another view. */
  readonly order: Value<Order>;
  readonly orderKeys: OrderKeys;
}

export const StoresContext = createContext<Stores | null>(null);

export function useStores(): Stores {
  const stores = useContext(StoresContext);
  if (!stores) throw new Error("useStores needs a StoresContext above it.");
  return stores;
}

interface Observable {
  subscribe: (listener: () => void) => () => void;
}

/** Renders the component again after each change of `stores`. */
export function useChanges(...stores: readonly Observable[]): void {
  const [, render] = useReducer((version: number) => version + 1, 0);
  useEffect(() => {
    const ends = stores.map((store) => store.subscribe(() => render(undefined)));
    return () => {
      for (const end of ends) end();
    };
  }, stores);
}

/** Renders the component again every `seconds`, for ages in words. */
export function useClock(seconds = 10): void {
  const [, render] = useReducer((version: number) => version + 1, 0);
  useEffect(() => {
    const timer = setInterval(() => render(undefined), seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds]);
}
