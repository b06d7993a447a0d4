/** The sources that did not answer in full, in words. */
import { problemOf } from "../data/text.ts";
import { useChanges, useClock, useStores } from "./context.ts";

export function useProblems(): string[] {
  const { fleet, providers } = useStores();
  useChanges(fleet.receipts, providers.rows);
  return fleet.receipts.current.flatMap((receipt) => {
    const name = providers.rows.get(receipt.provider.id)?.name ?? "A provider";
    return problemOf(receipt, name) ?? [];
  });
}

export function Problems() {
  useClock();
  const { fleet } = useStores();
  useChanges(fleet.error, fleet.progress);
  const problems = useProblems();
  const error = fleet.error.current;
  return (
    <div role="status" aria-live="polite">
      {error && (
        <p class="notice bad">
          The list of machines is interrupted. {error.message} It is asked for again.
        </p>
      )}
      {problems.length > 0 && (
        <details class="notice warn" open={problems.length <= 3}>
          <summary>
            {problems.length === 1 ? "One source" : `${problems.length} sources`} did not answer in
            full. Do not conclude from what is missing here.
          </summary>
          <ul>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
