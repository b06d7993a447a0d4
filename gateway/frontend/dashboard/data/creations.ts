/** Orders of buckets, and of images of machines. */
import type { Gateway } from "../api/gateway.ts";
import { graphql, type VariablesOf } from "../api/graphql.ts";
import { accepted, dryRunOf, jobOf } from "../api/post.ts";
import { isViewOnly, type Provider } from "./providers.ts";
import { verdictOf } from "./verdict.ts";

const createBucket = graphql(`mutation CreateBucket($input: CreateBucketInput!) {
  result: createBucket(input: $input) {
    job { id } dryRun { allowed checks { name ok message } } errors { field message }
  }
}`);
const createImage = graphql(`mutation CreateImage($input: CreateImageInput!) {
  result: createImage(input: $input) {
    job { id } dryRun { allowed checks { name ok message } } errors { field message }
  }
}`);

export type NewBucket = VariablesOf<typeof createBucket>["input"];
export type NewImage = VariablesOf<typeof createImage>["input"];

/** Whether the viewer may create these at a provider, and the provider can. */
export const canCreate = (provider: Provider | undefined, what: "CREATE_BUCKET" | "CREATE_IMAGE") =>
  provider !== undefined && !isViewOnly(provider) && provider.kind.capabilities.includes(what);

const sendBucket = async (gateway: Gateway, input: NewBucket) =>
  accepted((await gateway.execute(createBucket, { input })).result);
const sendImage = async (gateway: Gateway, input: NewImage) =>
  accepted((await gateway.execute(createImage, { input })).result);

/** The dry runs. They throw the gateway's reason if it refuses the question. */
export const tryBucket = async (gateway: Gateway, order: NewBucket) =>
  verdictOf(dryRunOf(await sendBucket(gateway, { ...order, dryRun: true })));
export const tryImage = async (gateway: Gateway, order: NewImage) =>
  verdictOf(dryRunOf(await sendImage(gateway, { ...order, dryRun: true })));

/** Submit, and return the job's id. The same key never makes a second job. */
export const submitBucket = async (gateway: Gateway, order: NewBucket, idempotencyKey: string) =>
  [jobOf(await sendBucket(gateway, { ...order, idempotencyKey }))];
export const submitImage = async (gateway: Gateway, order: NewImage, idempotencyKey: string) =>
  [jobOf(await sendImage(gateway, { ...order, idempotencyKey }))];
