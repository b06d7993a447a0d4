/** How long ago something was, on one line; the exact time is its tooltip. */
import { ago, moment } from "../data/text.ts";

export function When({ time }: { time: string | null | undefined }) {
  if (!time) return null;
  return (
    <time class="when" dateTime={time} title={moment(time)}>
      {ago(time, Date.now(), "narrow")}
    </time>
  );
}
