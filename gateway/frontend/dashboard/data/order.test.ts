import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY_ORDER, estimateOf, requestOf, tagsIn, withPlace } from "./order.ts";

const order = { ...EMPTY_ORDER, provider: "p", region: "one", size: "s", image: "i", name: " web " };

test("what was left empty is not in the request", () => {
  assert.deepEqual(requestOf(order), {
    provider: "p",
    name: "web",
    size: "s",
    image: "i",
    location: "one",
    count: 1,
  });
});

test("what was entered is in the request, a zone in place of its region", () => {
  const whole = {
    ...order,
    location: "one-a",
    count: 3,
    keyPair: "ada",
    securityGroups: ["web"],
    tags: "team=blue\n\n url = a=b \nspot",
    userData: "#!/bin/sh\n",
  };
  assert.deepEqual(requestOf(whole), {
    provider: "p",
    name: "web",
    size: "s",
    image: "i",
    location: "one-a",
    count: 3,
    keyPair: "ada",
    securityGroups: ["web"],
    tags: [
      { key: "team", value: "blue" },
      { key: "url", value: "a=b" },
      { key: "spot", value: "" },
    ],
    userData: "#!/bin/sh\n",
  });
  assert.deepEqual(tagsIn(" \n"), []);
});

test("another region forgets what only the first one has, and keeps the rest", () => {
  const moved = withPlace({ ...order, keyPair: "ada", securityGroups: ["web"] }, { region: "two" });
  assert.deepEqual(moved, { ...order, region: "two", size: "", image: "" });
});

test("the estimate is of all machines, and says when a price is not known", () => {
  assert.equal(
    estimateOf(3, 0.016),
    "3 machines: $0.0480 an hour, $35.04 a month, without volumes, addresses and traffic.",
  );
  assert.equal(estimateOf(1, 0), "1 machine: $0.0000 an hour, $0.00 a month, without volumes, addresses and traffic.");
  assert.equal(estimateOf(1, null), "1 machine: the price of this size is not known.");
});
