/** Times of a schedule as people choose them, and as cron has them. */
export const DAYS: readonly { readonly cron: string; readonly label: string }[] = [
  { cron: "mon-fri", label: "Monday to Friday" },
  { cron: "*", label: "Every day" },
  { cron: "sat,sun", label: "Saturday and Sunday" },
  { cron: "mon", label: "Mondays" },
  { cron: "fri", label: "Fridays" },
];

/** `19:05` on `mon-fri` is `5 19 * * mon-fri`; null: that is no time. */
export function cronOf(time: string, days: string): string | null {
  const [, hour, minute] = /^(\d{2}):(\d{2})/.exec(time) ?? [];
  if (hour === undefined || minute === undefined) return null;
  return `${Number(minute)} ${Number(hour)} * * ${days}`;
}

/** The time zone of this computer, as Europe/Berlin. */
export function ownTimezone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

interface Chosen {
  readonly provider: string;
  readonly tag: string;
  readonly search: string;
}

/** The filter of a schedule: at least one part, since an empty one would be all machines. */
export function filterOf({ provider, tag, search }: Chosen) {
  const at = tag.indexOf("=");
  const words = search.trim();
  return {
    ...(provider && { provider: [provider] }),
    ...(at > 0 && { tags: [{ key: tag.slice(0, at).trim(), value: tag.slice(at + 1).trim() }] }),
    ...(words && { search: words }),
  };
}

/** A filter as the gateway keeps it, in words: "Lab, env=dev, web". */
export function filterInWords(filter: unknown, nameOf: (id: string) => string): string {
  const parts = Object.entries((filter ?? {}) as Record<string, unknown>).map(([key, value]) => {
    if (key === "provider") return (value as string[]).map(nameOf).join(" or ");
    if (key === "tags") {
      return (value as { key: string; value: string }[])
        .map((tag) => `${tag.key}=${tag.value}`)
        .join(", ");
    }
    const text = Array.isArray(value) ? value.join(" or ") : JSON.stringify(value);
    return key === "search" ? String(value) : `${key} ${text}`;
  });
  return parts.join(", ");
}
