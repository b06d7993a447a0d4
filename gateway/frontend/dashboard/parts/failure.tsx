/** Why a view could not be read, and what to do about it; and which clouds did not answer it. */
import { type AnswerReceipt, GatewayError, mayPass, Unreachable } from "../api/post.ts";
import { problemOf } from "../data/text.ts";

interface FailureProps {
  readonly error: Error | null;
  readonly onRetry: () => void;
  /** There is an earlier answer below. */
  readonly shown?: boolean;
}

export function Failure({ error, onRetry, shown = false }: FailureProps) {
  if (!error) return null;
  return (
    <p class="notice bad" role="alert">
      {inWords(error)} {shown && "What is shown may be old. "}
      {mayPass(error) && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </p>
  );
}

const codeOf = (error: Error) => (error instanceof GatewayError ? error.code : "");

export function inWords(error: Error): string {
  if (error instanceof Unreachable) return `${error.message} Is this computer online?`;
  const code = codeOf(error);
  if (code === "RATE_LIMITED") return `Too much was asked at once. ${error.message}`;
  if (code === "FORBIDDEN") return `You may not see this. ${error.message}`;
  return error.message;
}

interface InterruptedProps {
  /** What is followed: "The list of machines". */
  readonly what: string;
  readonly error: Error | null;
}

/** A stream that broke or was refused; it is opened again by itself, if that may help. */
export function Interrupted({ what, error }: InterruptedProps) {
  if (!error) return null;
  return (
    <p class="notice bad" role="alert">
      {what} is interrupted. {inWords(error)} {mayPass(error) && "It is asked for again."}
    </p>
  );
}

/** The sources that did not answer in full; nothing when all did. */
export function Unanswered({ receipts }: { receipts: readonly AnswerReceipt[] }) {
  const problems = new Set(
    receipts.flatMap((receipt) => problemOf(receipt, receipt.provider.name) ?? []),
  );
  return (
    <>
      {[...problems].map((problem) => (
        <p key={problem} class="notice warn" role="status">
          {problem}
        </p>
      ))}
    </>
  );
}
