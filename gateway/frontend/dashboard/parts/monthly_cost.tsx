/** What all machines cost a month, as the gateway sums it up, with those that are not in the sum. */
import { useEffect } from "preact/hooks";

import { graphql } from "../api/graphql.ts";
import { monthlyInWords } from "../data/costs.ts";
import { count } from "../data/text.ts";
import { useChanges, useStores } from "./context.ts";
import { Failure } from "./failure.tsx";
import { useQuery } from "./query.ts";
import { hrefOf } from "../route.ts";

const costQuery = graphql(`query MonthlyCost {
  virtualMachinesAggregate(maxAge: 3600, first: 1) {
    complete
    totals { monthlyCost unpriced }
  }
}`);

/** Asked again whenever the list of machines is complete anew. */
export function MonthlyCost() {
  const { fleet } = useStores();
  useChanges(fleet.progress);
  const { data, error, reload } = useQuery(costQuery, {});
  const progress = fleet.progress.current;
  useEffect(() => {
    if (progress === "LOADED") void reload();
  }, [progress]);
  const found = data?.virtualMachinesAggregate;
  if (!found) {
    return (
      <div class="figure">
        <strong>…</strong>
        <span>cost a month</span>
        <Failure error={error} onRetry={() => void reload()} />
      </div>
    );
  }
  const { monthlyCost, unpriced } = found.totals;
  return (
    <div class="figure">
      <a href={hrefOf("machines", { sort: "cost", desc: "1" })}>
        <strong>{monthlyInWords(monthlyCost)}</strong>
        <span>
          a month, without volumes
          {unpriced > 0 && `; the cost of ${count(unpriced, "machine")} is not known`}
          {!found.complete && "; not all sources answered"}
        </span>
      </a>
      <Failure error={error} onRetry={() => void reload()} shown />
    </div>
  );
}
