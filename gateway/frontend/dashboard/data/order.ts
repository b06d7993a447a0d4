/** An order of machines: what was entered, the request that it makes, its dry run and its price. */
import type { Gateway } from "../api/gateway.ts";
import { graphql, type ResultOf, type VariablesOf } from "../api/graphql.ts";
import { accepted, dryRunOf, jobOf } from "../api/post.ts";
import { costFields } from "./costs.ts";
import { count, dollars, HOURS_A_MONTH } from "./text.ts";

const provision = graphql(
  `mutation Provision($input: ProvisionVirtualMachineInput!) {
  provisionVirtualMachine(input: $input) {
    job { id }
    dryRun { allowed checks { name ok message } cost { ...CostFields } }
    errors { field message }
  }
}`,
  [costFields],
);

type Input = VariablesOf<typeof provision>["input"];
type Payload = NonNullable<ResultOf<typeof provision>["provisionVirtualMachine"]>;
export type OrderVerdict = NonNullable<Payload["dryRun"]>;

/** As the form has it: texts, and ids of what was chosen. */
export interface Order {
  readonly provider: string;
  readonly region: string;
  readonly location: string;
  readonly size: string;
  readonly image: string;
  readonly name: string;
  readonly count: number;
  readonly keyPair: string;
  readonly securityGroups: readonly string[];
  /** `key=value`, one a line. */
  readonly tags: string;
  readonly userData: string;
}

export const EMPTY_ORDER: Order = {
  provider: "",
  region: "",
  location: "",
  size: "",
  image: "",
  name: "",
  count: 1,
  keyPair: "",
  securityGroups: [],
  tags: "",
  userData: "",
};

/** The order at another provider or region: the user chooses the fields again that depend on it. */
export function withPlace(order: Order, place: { provider?: string; region?: string }): Order {
  return { ...order, location: "", size: "", image: "", keyPair: "", securityGroups: [], ...place };
}

/** The mutation's input. It has no empty fields. */
export function requestOf(order: Order): Input {
  const tags = tagsIn(order.tags);
  return {
    provider: order.provider,
    name: order.name.trim(),
    size: order.size,
    image: order.image,
    location: order.location || order.region,
    count: order.count,
    ...(order.keyPair && { keyPair: order.keyPair }),
    ...(order.securityGroups.length > 0 && { securityGroups: [...order.securityGroups] }),
    ...(tags.length > 0 && { tags }),
    ...(order.userData.trim() && { userData: order.userData }),
  };
}

/** Lines of `key=value`; a line without `=` is a key with an empty value. */
export function tagsIn(text: string): { key: string; value: string }[] {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter(Boolean).map((line) => {
    const at = line.indexOf("=");
    if (at < 0) return { key: line, value: "" };
    return { key: line.slice(0, at).trim(), value: line.slice(at + 1).trim() };
  });
}

/** "3 machines: $0.0480 an hour, $35.04 a month …"; `price`: of one, in dollars an hour. */
export function estimateOf(machines: number, price: number | null | undefined): string {
  const subject = count(machines, "machine");
  if (typeof price !== "number") return `${subject}: the price of this size is not known.`;
  const hourly = dollars(price * machines, 4);
  const monthly = dollars(price * machines * HOURS_A_MONTH);
  return `${subject}: ${hourly} an hour, ${monthly} a month, without volumes, addresses and traffic.`;
}

/** Asks what the order would meet. Throws the gateway's reason if it refuses the question. */
export async function tryOrder(gateway: Gateway, request: Input): Promise<OrderVerdict> {
  return dryRunOf(await send(gateway, { ...request, dryRun: true }));
}

/** Submits the job, and returns its id. The same `key` never makes a second job. */
export async function submitOrder(gateway: Gateway, request: Input, key: string): Promise<string> {
  return jobOf(await send(gateway, { ...request, idempotencyKey: key }));
}

async function send(gateway: Gateway, input: Input): Promise<Payload> {
  const { provisionVirtualMachine } = await gateway.execute(provision, { input });
  return accepted(provisionVirtualMachine);
}
