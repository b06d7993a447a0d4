/** The newest jobs, and every later transition of one. */
import type { Gateway } from "../api/gateway.ts";
import { graphql, type ResultOf } from "../api/graphql.ts";
import { accepted } from "../api/post.ts";
import { isViewOnly, type ProviderOf } from "./providers.ts";
import { Rows } from "./rows.ts";
import { count, hasWords, inWords } from "./text.ts";
import { Value } from "./value.ts";

export const jobFields = graphql(`
  fragment JobFields on Job {
    id operation label state targetName requesterLogin progress attempts
    createdAt startedAt finishedAt
    provider { id }
    providerName providerKind
    target { __typename id }
    createdObjects { id type name isCertain }
    parent { id }
    children(first: 3) { totalCount nodes { targetName } }
    error { code message }
  }
`);

const PAGE = 100;
const newest = graphql(
  `query NewestJobs($after: String) {
    jobs(first: 100, after: $after) {
      nodes { ...JobFields }
      totalCount
      pageInfo { hasNextPage endCursor }
    }
  }`,
  [jobFields],
);
const single = graphql(`query OneJob($id: ID!) { job(id: $id) { ...JobFields } }`, [jobFields]);
const updates = graphql(`subscription JobUpdates { jobUpdated { ...JobFields } }`, [jobFields]);
const cancel = graphql(`mutation CancelJob($input: CancelJobInput!) {
  cancelJob(input: $input) { job { id state } errors { message } }
}`);
const retry = graphql(`mutation RetryJob($input: RetryJobInput!) {
  retryJob(input: $input) { job { id state } errors { message } }
}`);

export type Job = ResultOf<typeof jobFields>;

export class Jobs {
  readonly rows = new Rows<Job>();
  readonly more = new Value<string | null>(null);
  readonly loaded = new Value(false);
  /** Why the list could not be read. */
  readonly error = new Value<Error | null>(null);
  /** Why transitions are not sent. */
  readonly interruption = new Value<Error | null>(null);
  readonly #gateway: Gateway;
  #end = () => {};

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  start(): void {
    void this.load();
    this.#end = this.#gateway.watch(updates, {}, {
      next: ({ jobUpdated }) => jobUpdated && this.rows.put([jobUpdated]),
      interrupted: (error) => this.interruption.set(error),
      resumed: () => void this.#loadAgain(), // of what ended meanwhile, the stream sends the latest only
    });
  }

  stop(): void {
    this.#end();
    this.rows.clear();
  }

  /** Loads the newest hundred; with `after`, the hundred before them. True: there are more. */
  async load(after: string | null = null): Promise<boolean> {
    try {
      const { jobs } = await this.#gateway.execute(newest, { after });
      if (!jobs) throw new Error("The gateway sent no jobs.");
      this.rows.put(jobs.nodes);
      this.error.set(null);
      this.loaded.set(true);
      this.more.set(jobs.pageInfo.hasNextPage ? jobs.pageInfo.endCursor : null);
      return jobs.pageInfo.hasNextPage;
    } catch (error) {
      this.error.set(error as Error);
      return false;
    }
  }

  /** Reads a job that a link names, if it is older than those that are listed; its parent, too. */
  async ensure(id: string): Promise<void> {
    if (!id || this.rows.get(id)) return;
    try {
      const { job } = await this.#gateway.execute(single, { id });
      if (!job) return; // it is gone, or of somebody else
      this.rows.put([job]);
      if (job.parent) await this.ensure(job.parent.id);
    } catch (error) {
      this.error.set(error as Error);
    }
  }

  /** As many as are shown. */
  async #loadAgain(): Promise<void> {
    let left = this.rows.all.length;
    let isMore = await this.load();
    while (isMore && (left -= PAGE) > 0) isMore = await this.load(this.more.current);
  }

  /** Throws the gateway's reason when the job cannot be canceled any more. */
  async cancel(id: string): Promise<void> {
    const { cancelJob } = await this.#gateway.execute(cancel, { input: { id } });
    accepted(cancelJob);
  }

  async retry(id: string): Promise<void> {
    const { retryJob } = await this.#gateway.execute(retry, { input: { id } });
    accepted(retryJob);
  }
}

const UNFINISHED = new Set(["QUEUED", "RUNNING", "CANCELING"]);

export const isUnfinished = (job: Job) => UNFINISHED.has(job.state);

/** The number of listed jobs that have ended, of these operations: with another one, a list is old. */
export const endedJobs = (jobs: readonly Job[], operations: RegExp) =>
  jobs.filter((job) => !isUnfinished(job) && operations.test(job.operation)).length;

type About = Pick<Job, "state" | "provider" | "providerName">;

/** Whether the viewer may act at the provider of a job; a job of several has none, and parts to ask about. */
function mayAct({ provider }: About, providerOf: ProviderOf): boolean {
  if (!provider) return true;
  const found = providerOf(provider.id);
  return found !== undefined && !isViewOnly(found);
}

/** CANCELING jobs cannot be canceled once more. */
export const mayCancel = (job: About, providerOf: ProviderOf) =>
  (job.state === "QUEUED" || job.state === "RUNNING") && mayAct(job, providerOf);

/** FAILED and CANCELED jobs can be tried again, unless their provider was disconnected. */
export function mayRetry(job: About, providerOf: ProviderOf): boolean {
  if (job.state !== "FAILED" && job.state !== "CANCELED") return false;
  return mayAct(job, providerOf) && (job.provider !== null || !job.providerName);
}

export interface Family<T> {
  readonly job: T;
  /** Its parts that are in the list, too. */
  readonly parts: readonly T[];
}

/** The jobs with their parts, in their order; a part whose parent is not in the list stands alone. */
export function familiesOf<T extends Pick<Job, "id" | "parent">>(jobs: readonly T[]): Family<T>[] {
  const listed = new Set(jobs.map(({ id }) => id));
  const isPart = ({ parent }: T) => parent !== null && listed.has(parent.id);
  return jobs
    .filter((job) => !isPart(job))
    .map((job) => ({ job, parts: jobs.filter(({ parent }) => parent?.id === job.id).reverse() }));
}

/** Whether every word is in what a row of the list shows. */
export function jobHasWords(job: Job, words: readonly string[]): boolean {
  const { label, state, targetName, providerName, requesterLogin, error } = job;
  const texts = [label, state, targetName, partsInWords(job), providerName, requesterLogin, error?.message];
  return hasWords(texts.join("\n"), words);
}

/** The id of the one machine that a job is about, or has made; null for none and for several. */
export function machineOf({ target, createdObjects }: Pick<Job, "target" | "createdObjects">) {
  if (target?.__typename === "VirtualMachine") return target.id;
  const [made] = createdObjects;
  return createdObjects.length === 1 && made?.type === "VirtualMachine" ? made.id : null;
}

/** What a job that did not succeed has created nevertheless; empty for nothing. */
export function leftBy({ state, createdObjects }: Pick<Job, "state" | "createdObjects">): string {
  if (state !== "FAILED" && state !== "CANCELED") return "";
  const named = (certain: boolean) =>
    createdObjects
      .filter(({ isCertain }) => isCertain === certain)
      .map(({ name, type }) => name || inWords(type))
      .join(", ");
  const [certain, uncertain] = [named(true), named(false)];
  return [certain && `It has created ${certain}.`, uncertain && `It may have created ${uncertain}.`]
    .filter(Boolean)
    .join(" ");
}

export interface Outcome {
  readonly ended: boolean;
  readonly failed: boolean;
  readonly words: string;
}

/** How the jobs of one submission stand. A job that is not listed, undefined, is taken as submitted. */
export function outcomeOf(
  jobs: readonly (Pick<Job, "state" | "error" | "createdObjects"> | undefined)[],
): Outcome {
  const ended = jobs.every((job) => job && !UNFINISHED.has(job.state));
  const subject = jobs.length === 1 ? "the job" : "the jobs";
  const [is, has] = jobs.length === 1 ? ["is", "has"] : ["are", "have"];
  if (!ended) {
    const done = jobs.filter((job) => job && !UNFINISHED.has(job.state)).length;
    const words = done ? `${done} of ${jobs.length} jobs have ended.` : `${subject} ${is} submitted.`;
    return { ended, failed: false, words };
  }
  const left = jobs.flatMap((job) => (job ? leftBy(job) || [] : [])).join(" ");
  const bad = jobs.filter((job) => job?.state === "FAILED");
  if (bad.length) {
    const which = bad.length === jobs.length ? subject : `${bad.length} of ${jobs.length} jobs`;
    const words = [`${which} failed.`, bad[0]?.error?.message, left].filter(Boolean).join(" ");
    return { ended, failed: true, words };
  }
  if (jobs.some((job) => job?.state === "CANCELED")) {
    const words = `${subject} ${jobs.length === 1 ? "was" : "were"} canceled.`;
    // What goes on and costs is not to be missed: the notice stays until it is dismissed.
    return { ended, failed: left !== "", words: left ? `${words} ${left}` : words };
  }
  return { ended, failed: false, words: `${subject} ${has} succeeded.` };
}

/**
 * "web-1, web-2, web-3 and 4 more": what the parts of a job are about, as far as the user may see them;
 * empty for a job without parts.
 */
export function partsInWords({ children }: Pick<Job, "children">): string {
  if (!children?.totalCount) return "";
  const names = children.nodes.flatMap(({ targetName }) => targetName ?? []);
  const others = children.totalCount - names.length;
  if (!names.length) return count(others, "object");
  return names.join(", ") + (others ? ` and ${others.toLocaleString("en")} more` : "");
}
