/** The dry run of an action on chosen targets, asked when a dialog opens and when its request changes. */
import { useEffect, useState } from "preact/hooks";

import { type ActionRequest, readVolumes, type Trial, tryAction } from "../data/action_requests.ts";
import type { Target } from "../data/actions.ts";
import { useStores } from "./context.ts";

interface Found {
  /** The request that it is about. */
  readonly of: string;
  readonly trial: Trial | null;
  readonly failure: string;
  /** The number of targets that were asked about. */
  readonly answers: number;
}

const nothing = (of: string): Found => ({ of, trial: null, failure: "", answers: 0 });

/** `request` null: it is not complete yet. The dry run of an earlier request does not count. */
export function useTrial(request: ActionRequest | null, targets: readonly Target[]): Found {
  const { gateway, providers } = useStores();
  const of = JSON.stringify(request && [request.action.verb, request.size]);
  const [found, setFound] = useState(nothing(of));
  useEffect(() => {
    let isCurrent = true;
    const change = (changes: Partial<Found>) => {
      if (isCurrent) setFound((before) => ({ ...(before.of === of ? before : nothing(of)), ...changes }));
    };
    const ask = async (asked: ActionRequest) => {
      let answers = 0;
      const once = () =>
        tryAction(gateway, asked, targets, (id) => providers.rows.get(id), () => {
          if (!isCurrent) throw new Error("Another request is asked about.");
          change({ answers: ++answers });
        });
      const first = await once();
      change({ trial: first });
      if (!first.cost || first.cost.complete || !isCurrent) return;
      // What volumes cost is known once their list was read. If it cannot be read, the note stays.
      if (!(await readVolumes(gateway, targets))) return;
      const second = await once();
      // The targets that are shown never change. The cost has to be that of the same ones.
      if (allowedOf(second) === allowedOf(first)) change({ trial: { ...first, cost: second.cost } });
    };
    if (request) ask(request).catch((error: Error) => change({ failure: error.message }));
    return () => {
      isCurrent = false;
    };
  }, [of]);
  return found.of === of ? found : nothing(of);
}

const allowedOf = ({ targets }: Trial) =>
  targets.flatMap(({ allowed, id }) => (allowed ? id : [])).join();
