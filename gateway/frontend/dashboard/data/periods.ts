/** Times before now that a list is narrowed to. */
export const PERIODS: readonly (readonly [hours: string, label: string])[] = [
  ["1", "The last hour"],
  ["24", "The last day"],
  ["168", "The last week"],
];

/** The first moment of the last so many hours; null for no number. */
export function beginOf(hours: string): string | null {
  const length = Number(hours) * 3_600_000;
  return length > 0 ? new Date(Date.now() - length).toISOString() : null;
}
