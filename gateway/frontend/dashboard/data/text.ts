/** Times, amounts and receipts in words. */
/** Of a receipt, what the words are made from. */
interface Outcome {
  readonly region: string;
  readonly status: string;
  readonly fetchedAt: string | null;
  readonly error: { readonly message: string } | null;
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];
const relative = {
  long: new Intl.RelativeTimeFormat("en", { numeric: "auto" }),
  narrow: new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "narrow" }),
};
const plural = new Intl.PluralRules("en");
export const HOURS_A_MONTH = 730;

/** "3 minutes ago", for a table "3min ago"; empty for no time. */
export function ago(
  time: string | null | undefined,
  now = Date.now(),
  style: keyof typeof relative = "long",
): string {
  if (!time) return "";
  const seconds = Math.min(0, Math.round((Date.parse(time) - now) / 1000));
  const [unit, length] = UNITS.find(([, each]) => -seconds >= each) ?? (["second", 1] as const);
  return relative[style].format(Math.trunc(seconds / length), unit);
}

/** "publicIps": "public IPs", as the other words of a row are written. */
export function fieldInWords(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/\bips\b/, "IPs");
}

export function clock(time: string): string {
  return new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

export function moment(time: string | null | undefined): string {
  return time ? new Date(time).toLocaleString() : "";
}

export function count(number: number, noun: string): string {
  const form = plural.select(number) === "one" ? noun : `${noun}s`;
  return `${number.toLocaleString("en")} ${form}`;
}

export function dollars(amount: number, digits = 2): string {
  return amount.toLocaleString("en", {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

const BYTES = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** "3.2 MiB"; empty for no size. */
export function bytesInWords(size: number | null | undefined): string {
  if (typeof size !== "number") return "";
  const power = size < 1024 ? 0 : Math.min(BYTES.length - 1, Math.floor(Math.log2(size) / 10));
  const amount = size / 1024 ** power;
  const text = power ? amount.toFixed(1) : amount.toLocaleString("en");
  return `${text} ${size === 1 ? "byte" : BYTES[power]}`;
}

/** As a page shows a text: without spaces around it, and with one where there are several. */
export const spaced = (text: string) => text.trim().replace(/\s+/g, " ");

/** The words of a filter. */
export function wordsOf(search: string): string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean);
}

/** Whether `text` contains every word, in upper or lower case. */
export function hasWords(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

/** IN_USE: "In use". */
export function inWords(state: string): string {
  if (state === "OK") return state;
  const text = state.toLowerCase().replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "running, paused or stopped". */
export function orInWords(words: readonly string[]): string {
  return [words.slice(0, -1).join(", "), ...words.slice(-1)].filter(Boolean).join(" or ");
}

interface Tagged {
  readonly name: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

/** "env=prod, team=blue". AWS keeps the name in a tag, which is left out. */
export function tagsOf({ name, tags }: Tagged): string {
  return tags
    .filter(({ key, value }) => key !== "Name" || value !== name)
    .map(({ key, value }) => `${key}=${value}`)
    .join(", ");
}

/** What a source that did not answer in full means for its rows; null: it did. */
export function problemOf(outcome: Outcome, providerName: string): string | null {
  const { status, error, fetchedAt, region } = outcome;
  const source = region ? `${providerName} ${region}` : providerName;
  if (status !== "STALE" && status !== "FAILED") {
    return error ? `${source}: ${error.message}` : null;
  }
  const reason = error?.message ?? "It was not asked.";
  if (!fetchedAt || status === "FAILED") return `${source} shows nothing. ${reason}`;
  return `${source} shows what was seen at ${clock(fetchedAt)}, ${ago(fetchedAt)}. ${reason}`;
}
