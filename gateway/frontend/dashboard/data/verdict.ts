/** The answer of a dry run, as a dialog shows it. */
export interface Verdict {
  readonly allowed: boolean;
  /** What it found, in sentences; empty: nothing that is worth one. */
  readonly words: readonly string[];
}
