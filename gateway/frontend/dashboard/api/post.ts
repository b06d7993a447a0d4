/** One GraphQL request over HTTP, and the errors that it can end with. */

/** The gateway's own words for a failure. `code`: docs/errors.md has the list. */
export class GatewayError extends Error {
  override name = "GatewayError";
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** Whether asking again may help. */
export const mayPass = (error: Error) => !(error instanceof GatewayError && error.code === "FORBIDDEN");

/** The request got no answer: the gateway is down, or this computer is offline. */
export class Unreachable extends Error {
  override name = "Unreachable";

  constructor() {
    super("The gateway does not answer.");
  }
}

export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: { code?: string } }[];
  /** `sources`: how each cloud that was asked answered. */
  extensions?: { sources?: AnswerReceipt[] };
}

/** docs/receipts.md says what they mean. */
export interface AnswerReceipt {
  readonly provider: { readonly id: string; readonly name: string };
  readonly resource: string;
  readonly region: string;
  readonly status: string;
  readonly fetchedAt: string | null;
  readonly error: { readonly message: string } | null;
}

export interface Reply {
  status: number;
  answer: Answer;
}

/** Throws Unreachable. A refusal is a reply: its status and errors say why. */
export async function post(
  endpoint: string,
  query: string,
  variables: object,
  token?: string | null,
): Promise<Reply> {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `JWT ${token}`;
  const body = JSON.stringify({ query, variables });
  let response: Response;
  try {
    response = await fetch(endpoint, { method: "POST", headers, body, cache: "no-store" });
  } catch {
    throw new Unreachable();
  }
  return { status: response.status, answer: await parsed(response) };
}

/** The answer in a response; one that is not GraphQL is an error of its own. */
export async function parsed(response: Response): Promise<Answer> {
  try {
    return (await response.json()) as Answer;
  } catch {
    const message = `The gateway answered with HTTP status ${response.status}.`;
    return { errors: [{ message, extensions: { code: "HTTP" } }] };
  }
}

interface Payload {
  readonly errors: readonly { readonly message: string }[];
}

/** The payload of a mutation. Throws the gateway's reason for an expected failure. */
export function accepted<P extends Payload>(payload: P | null | undefined): P {
  if (!payload) throw new Error("The gateway sent no answer to the mutation.");
  const [error] = payload.errors;
  if (error) throw new Error(error.message);
  return payload;
}

/** The dry run that was asked for. */
export function dryRunOf<D>({ dryRun }: { readonly dryRun?: D | null | undefined }): D {
  if (!dryRun) throw new Error("The gateway sent no dry run.");
  return dryRun;
}

/** The id of the job that was submitted. */
export function jobOf({ job }: { readonly job?: { readonly id: string } | null | undefined }): string {
  if (!job) throw new Error("The gateway sent no job.");
  return job.id;
}

/** The data of an answer. Throws GatewayError for the first of its errors. */
export function dataOf(answer: Answer): Record<string, unknown> {
  const error = answer.errors?.[0];
  if (error) throw new GatewayError(error.message, error.extensions?.code ?? "INTERNAL");
  if (!answer.data) throw new GatewayError("The answer has no data.", "INTERNAL");
  return answer.data;
}
