/** What a provider offers in a region: sizes, images, zones, key pairs and security groups. */
import { graphql, type ResultOf } from "../api/graphql.ts";
import { sourceFields } from "./receipts.ts";
import { dollars, HOURS_A_MONTH } from "./text.ts";

/** A list of a region is cut at this many, by name: a search finds the others. */
export const MOST_OFFERED = 1000;

export const sizesQuery = graphql(`query Sizes($provider: ID!, $region: [String!], $search: String) {
  provider(id: $provider) {
    sizes(first: 1000, region: $region, search: $search) {
      id name region vcpus memory disk architecture pricePerHour
    }
  }
}`);
export const imagesQuery = graphql(`query Images($provider: ID!, $region: [String!], $search: String) {
  provider(id: $provider) {
    images(first: 1000, region: $region, search: $search) { id externalId name region architecture }
  }
}`);
export const placeQuery = graphql(
  `query Place($provider: ID!, $region: String!) {
    provider(id: $provider) {
      locations(first: 1000, region: [$region]) { id name region }
      keyPairs(first: 1000, filter: { region: [$region] }, maxAge: 60) {
        nodes { id name state }
        sources { ...SourceFields }
      }
      securityGroups(first: 1000, filter: { region: [$region] }, maxAge: 60) {
        nodes { id name state openPorts }
        sources { ...SourceFields }
      }
    }
  }`,
  [sourceFields],
);

type SizeList = NonNullable<NonNullable<ResultOf<typeof sizesQuery>["provider"]>["sizes"]>;
export type OfferedSize = SizeList[number];

/** "sim.small: $11.68 a month, 1 CPU, 2 GiB memory, 20 GB disk". A phone shows the beginning. */
export function sizeInWords(size: OfferedSize): string {
  const { name, vcpus, memory, disk, architecture, pricePerHour: price } = size;
  const facts = [
    typeof price === "number" ? `${dollars(price * HOURS_A_MONTH)} a month` : "price not known",
    typeof vcpus === "number" && `${vcpus} CPU${vcpus === 1 ? "" : "s"}`,
    typeof memory === "number" && `${gibibytes(memory)} memory`,
    typeof disk === "number" && disk > 0 && `${disk} GB disk`,
    architecture !== "x86_64" && architecture,
  ];
  return `${name}: ${facts.filter(Boolean).join(", ")}`;
}

interface Built {
  readonly architecture: string | null;
}

/** Whether an image boots on a size; true where one of them is not chosen, or not known. */
export function bootsOn(image: Built | undefined, size: Built | undefined): boolean {
  const [of, on] = [image?.architecture, size?.architecture];
  return !of || !on || of === on || (of === "i386" && on === "x86_64");
}

function gibibytes(mebibytes: number): string {
  if (mebibytes < 1024) return `${mebibytes} MiB`;
  return `${Number((mebibytes / 1024).toFixed(1))} GiB`;
}

/** The cheapest first; those without a price last. */
export function byPrice(a: OfferedSize, b: OfferedSize): number {
  return (
    (a.pricePerHour ?? Infinity) - (b.pricePerHour ?? Infinity) ||
    a.name.localeCompare(b.name, "en", { numeric: true })
  );
}

/** What a machine costs while it runs, with its sizes now and with another one. */
export function runningCostInWords(present: readonly OfferedSize[], next: OfferedSize): string {
  const costs = [...new Set(present.map(monthly))];
  const now = costs.length ? costs.join(" or ") : "not known";
  return `The list price of each while it runs: ${now} → ${monthly(next)} a month.`;
}

const monthly = ({ pricePerHour: price }: OfferedSize) =>
  typeof price === "number" ? dollars(price * HOURS_A_MONTH) : "not known";
