/** A state as a coloured word. The word says it without the colour. */
import { inWords } from "../data/text.ts";

export { inWords };

const TONES: Record<string, string> = {
  RUNNING: "good",
  SUCCEEDED: "good",
  OK: "good",
  LIVE: "good",
  ENABLED: "good",
  SUBMITTED: "good",
  AVAILABLE: "good",
  IN_USE: "good",
  CACHED: "good",
  QUEUED: "busy",
  PENDING: "busy",
  STOPPING: "busy",
  REBOOTING: "busy",
  CANCELING: "busy",
  CREATING: "busy",
  CHANGING: "busy",
  DELETING: "busy",
  UNCHECKED: "calm",
  STOPPED: "calm",
  SUSPENDED: "calm",
  PAUSED: "calm",
  TERMINATED: "calm",
  CANCELED: "calm",
  STALE: "warn",
  DEGRADED: "warn",
  MISSING: "warn",
  MISSED: "warn",
  REFUSED: "bad",
  FORBIDDEN: "bad",
  UNAUTHENTICATED: "bad",
  NOT_FOUND: "warn",
  INVALID: "warn",
  RATE_LIMITED: "warn",
  UNKNOWN: "warn",
  ERROR: "bad",
  FAILED: "bad",
  UNREACHABLE: "bad",
  INVALID_CREDENTIALS: "bad",
};

export function State({ state }: { state: string }) {
  return <span class={`state ${TONES[state] ?? "calm"}`}>{inWords(state)}</span>;
}

