import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import type { Gateway, Watcher } from "../api/gateway.ts";
import {
  familiesOf,
  type Job,
  jobHasWords,
  Jobs,
  leftBy,
  machineOf,
  mayCancel,
  mayRetry,
  outcomeOf,
  partsInWords,
} from "./jobs.ts";
import type { Provider } from "./providers.ts";

let listed: { id: string; state: string }[];
let watcher: Watcher<object>;
let lists: number;

beforeEach(() => {
  lists = 0;
  Object.assign(globalThis, { requestAnimationFrame: (work: () => void) => work() });
});

const gateway = {
  async execute(_document: unknown, { after }: { after: string | null }) {
    lists++;
    const start = Number(after ?? 0);
    const end = start + 100;
    const pageInfo = { hasNextPage: listed.length > end, endCursor: String(end) };
    return { jobs: { nodes: listed.slice(start, end), pageInfo } };
  },
  watch(_document: unknown, _variables: unknown, one: Watcher<object>) {
    watcher = one;
    return () => {};
  },
} as unknown as Gateway;

const states = (jobs: Jobs) => jobs.rows.all.map(({ id, state }) => `${id} ${state}`);
const settled = () => new Promise((done) => setTimeout(done));

test("jobs that ended while the stream was broken are listed again when it is open", async () => {
  listed = [{ id: "a", state: "RUNNING" }];
  const jobs = new Jobs(gateway);
  jobs.start();
  await settled();
  assert.deepEqual(states(jobs), ["a RUNNING"]);

  watcher.interrupted?.(new Error("It broke."));
  listed = [{ id: "a", state: "SUCCEEDED" }, { id: "b", state: "FAILED" }];
  await settled();
  assert.deepEqual(states(jobs), ["a RUNNING"]);
  watcher.interrupted?.(null);
  watcher.resumed?.();
  await settled();

  assert.deepEqual(states(jobs), ["a SUCCEEDED", "b FAILED"]);
  assert.equal(lists, 2);
  assert.equal(jobs.error.current, null);
  assert.equal(jobs.interruption.current, null);
  jobs.stop();
});

test("as many are listed again as are shown", async () => {
  listed = Array.from({ length: 350 }, (_, number) => ({ id: `${number}`, state: "RUNNING" }));
  const jobs = new Jobs(gateway);
  jobs.start();
  await settled();
  await jobs.load(jobs.more.current);
  listed = listed.map(({ id }) => ({ id, state: "SUCCEEDED" }));

  watcher.resumed?.();
  await settled();

  assert.equal(jobs.rows.all.length, 200);
  assert.ok(jobs.rows.all.every(({ state }) => state === "SUCCEEDED"));
  assert.equal(lists, 4);
  assert.equal(jobs.more.current, "200");
});

test("a job with parts names the first of them and counts the others", () => {
  const parts = (totalCount: number, ...names: (string | null)[]) =>
    partsInWords({ children: { totalCount, nodes: names.map((targetName) => ({ targetName })) } });

  assert.equal(parts(0), "");
  assert.equal(partsInWords({ children: null }), "");
  assert.equal(parts(2, "web-1", "web-2"), "web-1, web-2");
  assert.equal(parts(1_203, "a", "b", "c"), "a, b, c and 1,200 more");
  assert.equal(parts(4, "a", null, "c"), "a, c and 2 more");
  assert.equal(parts(2, null, null), "2 objects");
});

test("a list that could not be read has its error until it is read", async () => {
  let refused = true;
  const jobs = new Jobs({
    ...gateway,
    async execute() {
      if (refused) throw new Error("Wait a second.");
      return { jobs: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } };
    },
  } as unknown as Gateway);

  await jobs.load();
  assert.equal(jobs.error.current?.message, "Wait a second.");
  assert.equal(jobs.loaded.current, false);
  refused = false;
  await jobs.load();

  assert.equal(jobs.error.current, null);
  assert.equal(jobs.loaded.current, true);
});

test("the end of a submission is that of all its jobs, and a failure says why", () => {
  const job = (state: "RUNNING" | "SUCCEEDED" | "CANCELED" | "FAILED", message = "") =>
    ({
      state,
      error: message ? { code: "QUOTA_EXCEEDED", message } : null,
      createdObjects: [],
    }) as never;
  const words = (...jobs: never[]) => {
    const { ended, failed, words: text } = outcomeOf(jobs);
    return [ended, failed, text];
  };
  assert.deepEqual(words(job("RUNNING")), [false, false, "the job is submitted."]);
  assert.deepEqual(words(job("SUCCEEDED")), [true, false, "the job has succeeded."]);
  assert.deepEqual(words(job("CANCELED")), [true, false, "the job was canceled."]);
  assert.deepEqual(words(job("FAILED", "No more.")), [true, true, "the job failed. No more."]);
  assert.deepEqual(words(job("SUCCEEDED"), job("RUNNING")), [false, false, "1 of 2 jobs have ended."]);
  assert.deepEqual(words(job("RUNNING"), job("RUNNING")), [false, false, "the jobs are submitted."]);
  assert.deepEqual(
    words(job("SUCCEEDED"), job("FAILED", "No more.")),
    [true, true, "1 of 2 jobs failed. No more."],
  );
  assert.deepEqual(outcomeOf([undefined]).ended, false);
});

test("a job that did not succeed names what it has created, and its notice stays", () => {
  const made = (id: string | null, name: string) => ({
    id,
    name,
    type: "VirtualMachine",
    isCertain: id !== null,
  });
  const job = { state: "CANCELED" as const, error: null, createdObjects: [made("a", "web-1")] };
  assert.deepEqual(outcomeOf([job]), {
    ended: true,
    failed: true,
    words: "the job was canceled. It has created web-1.",
  });
  const createdObjects = [made("a", "web-1"), made("b", "web-2"), made(null, "web-3")];
  const words = "It has created web-1, web-2. It may have created web-3.";
  assert.equal(leftBy({ state: "FAILED", createdObjects }), words);
  assert.equal(leftBy({ state: "SUCCEEDED", createdObjects }), "");
});

test("a job leads to the one machine that it is about, or has made", () => {
  const made = (...ids: (string | null)[]) => ids.map((id) => ({ id, type: "VirtualMachine", name: null, isCertain: true }));
  const target = (type: string) => ({ __typename: type, id: "t" }) as never;
  assert.equal(machineOf({ target: target("VirtualMachine"), createdObjects: [] }), "t");
  assert.equal(machineOf({ target: target("Provider"), createdObjects: made("a") }), "a");
  assert.equal(machineOf({ target: target("Volume"), createdObjects: [] }), null);
  assert.equal(machineOf({ target: null, createdObjects: made("a", "b") }), null);
  assert.equal(machineOf({ target: null, createdObjects: made(null) }), null);
  assert.equal(machineOf({ target: null, createdObjects: [{ id: "c", type: "Container", name: null, isCertain: true }] }), null);
});

test("a job has its parts in their order, and a part without its parent stands alone", () => {
  const of = (id: string, parent: string | null) => ({ id, parent: parent ? { id: parent } : null });
  const newestFirst = [of("alone", "not listed"), of("b", "p"), of("a", "p"), of("p", null), of("q", null)];
  const names = familiesOf(newestFirst).map(({ job, parts }) => [job.id, ...parts.map(({ id }) => id)]);

  assert.deepEqual(names, [["alone"], ["p", "a", "b"], ["q"]]);
});

test("a job is found by what its row shows, its error too", () => {
  const job = {
    label: "Stop a virtual machine",
    state: "FAILED",
    targetName: null,
    providerName: "Lab",
    requesterLogin: "ada",
    error: { code: "X", message: "The cloud is on strike." },
    children: { totalCount: 2, nodes: [{ targetName: "web-1" }, { targetName: "web-2" }] },
  } as unknown as Job;

  for (const words of [["strike"], ["web-2", "stop"], ["lab", "ada", "failed"], []]) {
    assert.equal(jobHasWords(job, words), true, words.join(" "));
  }
  assert.equal(jobHasWords(job, ["web-3"]), false);
});

test("a job that a link names is read with its parent; one that is gone is no failure", async () => {
  const stored: Record<string, object> = { part: { id: "part", parent: { id: "whole" } }, whole: { id: "whole", parent: null } };
  const asked: string[] = [];
  const reading = {
    async execute(_document: unknown, { id }: { id: string }) {
      asked.push(id);
      if (id === "lost") throw new Error("The gateway does not answer.");
      return { job: stored[id] ?? null };
    },
  } as unknown as Gateway;
  const jobs = new Jobs(reading);
  for (const id of ["part", "part", "gone", ""]) await jobs.ensure(id);
  assert.equal(jobs.error.current, null);
  await jobs.ensure("lost");

  assert.deepEqual(jobs.rows.all.map(({ id }) => id).sort(), ["part", "whole"]);
  assert.deepEqual(asked, ["part", "whole", "gone", "lost"]);
  assert.match(String(jobs.error.current), /does not answer/);
});

test("a job is canceled and retried by those who may act at its provider", () => {
  const roles: Record<string, string> = { viewed: "VIEWER", operated: "OPERATOR", owned: "ADMIN" };
  const providerOf = (id: string) =>
    id in roles ? ({ id, viewerRole: roles[id] } as unknown as Provider) : undefined;
  const offered = (state: Job["state"], provider: string | null, providerName: string | null) => {
    const job = { state, provider: provider === null ? null : { id: provider }, providerName };
    return [mayCancel(job, providerOf) && "cancel", mayRetry(job, providerOf) && "retry"].filter(Boolean);
  };

  assert.deepEqual(offered("RUNNING", "operated", "Lab"), ["cancel"]);
  assert.deepEqual(offered("FAILED", "owned", "Lab"), ["retry"]);
  assert.deepEqual(offered("CANCELING", "owned", "Lab"), []);
  assert.deepEqual(offered("SUCCEEDED", "owned", "Lab"), []);
  for (const state of ["QUEUED", "RUNNING", "FAILED", "CANCELED"] as const) {
    assert.deepEqual(offered(state, "viewed", "Lab"), []);
    assert.deepEqual(offered(state, "not read yet", "Lab"), []);
  }
  assert.deepEqual(offered("CANCELED", null, "Lab"), []); // it was disconnected
  assert.deepEqual(offered("CANCELED", null, null), ["retry"]); // of several, or of none
  assert.deepEqual(offered("QUEUED", null, null), ["cancel"]);
});
