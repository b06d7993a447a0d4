/** Prices and costs in words. docs/prices.md says what they are. */
import { graphql, type ResultOf } from "../api/graphql.ts";
import { count, dollars } from "./text.ts";

/** Of a dry run: what is paid for before and after the action. */
export const costFields = graphql(`
  fragment CostFields on DryRunCost {
    now { monthly priced unpriced }
    after { monthly priced unpriced }
    complete
    note
  }
`);

export type CostChange = ResultOf<typeof costFields>;

/** `monthly`: US dollars a month of the `priced`; the `unpriced` are not in it. */
interface Sum {
  readonly monthly: number | null;
  readonly priced: number;
  readonly unpriced: number;
}

/** What one unit costs. */
interface Amount {
  readonly amount: number;
  readonly currency: string;
  readonly per: "HOUR" | "GIB_MONTH";
}

interface Price extends Amount {
  readonly asOf: unknown;
  readonly source: "PRICE_BOOK" | "CLOUD" | "LIBCLOUD";
}

const SOURCES: Record<Price["source"], string> = {
  PRICE_BOOK: "price book of the provider",
  CLOUD: "the cloud's list price",
  LIBCLOUD: "libcloud's list price",
};
const UNITS: Record<Amount["per"], string> = { HOUR: "an hour", GIB_MONTH: "a GiB a month" };

/** "$11.68"; "not known" where none of the costs is. */
export function monthlyInWords(monthly: number | null | undefined): string {
  return typeof monthly === "number" ? dollars(monthly) : "not known";
}

/** "€0.0120 an hour, price book of the provider, 2026-11-01". */
export function priceInWords({ asOf, source, ...price }: Price): string {
  return [amountInWords(price), SOURCES[source], asOf].filter(Boolean).join(", ");
}

/** "€0.0120 an hour". */
export function amountInWords({ amount, currency, per }: Amount): string {
  const money = amount.toLocaleString("en", {
    style: "currency",
    currency,
    minimumFractionDigits: 4,
    maximumFractionDigits: 6,
  });
  return `${money} ${UNITS[per]}`;
}

/** True for what a change of the field `price` has before and after it. */
export function isAmount(value: unknown): value is Amount {
  const { amount, currency, per } = (value ?? {}) as Partial<Record<keyof Amount, unknown>>;
  return typeof amount === "number" && typeof currency === "string" && String(per) in UNITS;
}

/** "Cost a month: $23.36 → $1.20 and 1 of unknown cost." with what is in it, or not in it. */
export function costInWords({ now, after, complete, note }: CostChange): string {
  const change = `Cost a month: ${sumInWords(now)} → ${sumInWords(after)}.`;
  const rest = complete ? "Volumes are included." : (note ?? "This is not all that is paid for.");
  return `${change} ${rest}`;
}

/** The costs of several actions together; null for none. */
export function totalCost(changes: readonly CostChange[]): CostChange | null {
  if (!changes.length) return null;
  return {
    now: totalOf(changes.map(({ now }) => now)),
    after: totalOf(changes.map(({ after }) => after)),
    complete: changes.every(({ complete }) => complete),
    note: changes.find(({ note }) => note !== null)?.note ?? null,
  };
}

function totalOf(sums: readonly Sum[]): Sum {
  const add = (of: (sum: Sum) => number) => sums.reduce((total, sum) => total + of(sum), 0);
  const isKnown = sums.some(({ monthly }) => monthly !== null);
  return {
    monthly: isKnown ? add(({ monthly }) => monthly ?? 0) : null,
    priced: add(({ priced }) => priced),
    unpriced: add(({ unpriced }) => unpriced),
  };
}

function sumInWords({ monthly, priced, unpriced }: Sum): string {
  if (!unpriced) return monthlyInWords(monthly);
  const unknown = `${count(unpriced, "object")} of unknown cost`;
  return priced ? `${monthlyInWords(monthly)} and ${unknown}` : unknown;
}
