/** The sources that did not answer in full, in words. */
import { problemOf } from "../data/text.ts";
import { useChanges, useClock, useStores } from "./context.ts";
import { Failure, Interrupted } from "./failure.tsx";

export function useProblems(): string[] {
  const { fleet, providers } = useStores();
  useChanges(fleet.receipts, providers.rows);
  return fleet.receipts.current.flatMap((receipt) => {
    const name = providers.rows.get(receipt.provider.id)?.name ?? "A provider";
    return problemOf(receipt, name) ?? [];
  });
}

/** `sources`: whether those that did not answer in full are named, too. */
export function Problems({ sources = true }: { sources?: boolean }) {
  useClock();
  const { fleet, providers } = useStores();
  useChanges(fleet.error, fleet.progress, providers.error, providers.rows);
  const problems = useProblems();
  const known = providers.rows.all.length > 0;
  return (
    <div role="status" aria-live="polite">
      <Failure error={providers.error.current} onRetry={() => void providers.load()} shown={known} />
      <Interrupted what="The list of machines" error={fleet.error.current} />
      {sources && problems.length > 0 && (
        <details class="notice warn" open={problems.length <= 3}>
          <summary>
            {problems.length === 1 ? "One source" : `${problems.length} sources`} did not answer in
            full: machines may be missing here.
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
