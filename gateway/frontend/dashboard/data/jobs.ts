/** The newest jobs, and every later transition of one. */
import type { Gateway } from "../api/gateway.ts";
import { graphql, type ResultOf } from "../api/graphql.ts";
import { accepted } from "../api/post.ts";
import { Rows } from "./rows.ts";
import { Value } from "./value.ts";

export const jobFields = graphql(`
  fragment JobFields on Job {
    id operation label state targetName requesterLogin progress attempts
    createdAt startedAt finishedAt
    providerName providerKind
    target { id }
    error { code message }
  }
`);

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
  readonly error = new Value<Error | null>(null);
  readonly #gateway: Gateway;
  #end = () => {};

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  start(): void {
    void this.load();
    this.#end = this.#gateway.watch(updates, {}, {
      next: ({ jobUpdated }) => jobUpdated && this.rows.put([jobUpdated]),
      interrupted: (error) => this.error.set(error),
    });
  }

  stop(): void {
    this.#end();
    this.rows.clear();
  }

  /** The newest hundred; with `after`, the hundred before them. */
  async load(after: string | null = null): Promise<void> {
    try {
      const { jobs } = await this.#gateway.execute(newest, { after });
      if (!jobs) return;
      this.rows.put(jobs.nodes);
      this.more.set(jobs.pageInfo.hasNextPage ? jobs.pageInfo.endCursor : null);
    } catch (error) {
      this.error.set(error as Error);
    }
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
