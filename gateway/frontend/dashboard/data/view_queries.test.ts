import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { buildSchema, parse, validate } from "graphql";

import type { Machine } from "./fleet.ts";
import {
  type MachineView,
  auditQueryText,
  changesQueryText,
  containersQuery,
  jobsQuery,
  machineQuery,
  machinesQuery,
  objectsQueryText,
  storageQuery,
} from "./view_queries.ts";

const schema = buildSchema(readFileSync("../../schema.graphql", "utf8"));
const PROVIDERS = [
  { id: "p1", name: "Lab cloud", kind: { slug: "openstack" } },
  { id: "p2", name: "Shop", kind: { slug: "aws" } },
];
const MACHINE = {
  name: "web-1",
  externalId: "i-1",
  state: "RUNNING",
  region: "eu-west-1",
  publicIps: ["192.0.2.7"],
  privateIps: [],
  provider: { id: "p1" },
  size: { name: "m1.small" },
  image: null,
  location: null,
  tags: [{ key: "team", value: 'blue "B"' }],
} as unknown as Machine;
const ALL: MachineView = {
  search: "",
  state: "",
  group: "",
  only: "",
  sort: { key: "name", descending: false },
};

/** The text, once it is known to be valid. */
function valid(text: string): string {
  assert.deepEqual(validate(schema, parse(text)), [], text);
  return text;
}

const machines = (view: Partial<MachineView>) =>
  valid(machinesQuery({ ...ALL, ...view }, [MACHINE], PROVIDERS));

test("each view's query is one of the schema", () => {
  machines({});
  machines({ search: "web team=blue -db -old", state: "RUNNING", sort: { key: "cost", descending: true } });
  for (const group of ["provider", "state", "region", "tag:team"]) {
    machines({ group });
    machines({ group, only: { provider: "Shop", state: "STOPPED" }[group] ?? "blue" });
  }
  valid(machineQuery("VmlydHVhbE1hY2hpbmU6MQ=="));
  for (const state of ["", "unfinished", "FAILED"]) valid(jobsQuery(state));
  valid(changesQueryText("", "", null));
  valid(changesQueryText("p1", "state", "2026-11-28T00:00:00.000Z"));
  for (const noun of ["bucket", "volume", "snapshot"]) {
    valid(storageQuery(noun, ""));
    valid(storageQuery(noun, "free"));
  }
  for (const search of ["", "web"]) valid(containersQuery(search));
  valid(auditQueryText({}));
  valid(auditQueryText({
    kind: ["REFUSAL"], action: ["stopVirtualMachine"], user: ["u"], object: ["o"], objectName: ["web-1"],
    since: "2026-11-30T09:00:00Z", until: "2026-11-30T10:00:00Z", dryRun: false,
  }));
  for (const prefix of ["", "a/b/"]) valid(objectsQueryText("b1", prefix));
});

test("a word of the filter becomes what it has found: a text, a provider or a region", () => {
  assert.match(machines({ search: "lab web" }), /filter: {search: "web", provider: \["p1"\]}/);
  assert.match(machines({ search: "eu-west" }), /filter: {region: \["eu-west-1"\]}/);
  assert.match(machines({ search: "nothing" }), /filter: {search: "nothing"}/);
  assert.match(machines({ search: "-web" }), /filter: {not: {search: "web"}}/);
  assert.match(machines({ search: '"b"' }), /search: "\\"b\\""/);
});

test("an order and the one group that is shown are in the query, too", () => {
  const text = machines({ group: "tag:team", only: "blue", sort: { key: "cost", descending: true } });

  assert.match(text, /orderBy: {field: MONTHLY_COST, direction: DESC}/);
  assert.match(text, /filter: {tags: \[{key: "team", value: "blue"}\]}/);
  assert.match(text, /groupBy: \[{tag: "team"}\]/);
  assert.doesNotMatch(machines({ group: "tag:team", only: "(no tag team)" }), /filter/);
});
