import assert from "node:assert/strict";
import { test } from "node:test";

import { bootsOn, byPrice, type OfferedSize, sizeInWords } from "./offers.ts";

const size: OfferedSize = {
  id: "s",
  name: "sim.small",
  region: "sim-1",
  vcpus: 1,
  memory: 2048,
  disk: 20,
  architecture: "x86_64",
  pricePerHour: 0.016,
};

test("a size in words has what is known of it", () => {
  assert.equal(sizeInWords(size), "sim.small: $11.68 a month, 1 CPU, 2 GiB memory, 20 GB disk");
  const bare = { ...size, vcpus: 2, memory: 512, disk: null, pricePerHour: null };
  assert.equal(sizeInWords(bare), "sim.small: price not known, 2 CPUs, 512 MiB memory");
});

test("an image boots on a size of its architecture, or where one of them is not known", () => {
  const of = (architecture: string | null) => ({ architecture });
  assert.equal(sizeInWords({ ...size, ...of("arm64") }).endsWith(", arm64"), true);
  assert.equal(bootsOn(of("x86_64"), of("arm64")), false);
  assert.equal(bootsOn(of("arm64"), of("x86_64")), false);
  assert.equal(bootsOn(of("arm64"), of("arm64")), true);
  assert.equal(bootsOn(of("i386"), of("x86_64")), true);
  assert.equal(bootsOn(of("x86_64"), of("i386")), false);
  assert.equal(bootsOn(of(null), of("arm64")), true);
  assert.equal(bootsOn(of("x86_64"), undefined), true);
});

test("the cheapest size comes first, and one without a price last", () => {
  const sizes = [
    { ...size, name: "unknown", pricePerHour: null },
    { ...size, name: "b10", pricePerHour: 1 },
    { ...size, name: "b9", pricePerHour: 1 },
    { ...size, name: "cheap", pricePerHour: 0.1 },
  ];
  assert.deepEqual(
    sizes.sort(byPrice).map(({ name }) => name),
    ["cheap", "b9", "b10", "unknown"],
  );
});
