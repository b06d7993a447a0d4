/** What dry runs say, as dialogs show it. */
export interface Verdict {
  readonly allowed: boolean;
  /** What it found, in sentences; empty: nothing that is worth one. */
  readonly words: readonly string[];
}

interface Check {
  readonly ok: boolean;
  readonly message: string;
}

/** What speaks against it, in sentences. */
export const objectionsOf = (checks: readonly Check[]) =>
  checks.filter(({ ok }) => !ok).map(({ message }) => message);

export const verdictOf = (dryRun: { readonly allowed: boolean; readonly checks: readonly Check[] }): Verdict => ({
  allowed: dryRun.allowed,
  words: objectionsOf(dryRun.checks),
});
