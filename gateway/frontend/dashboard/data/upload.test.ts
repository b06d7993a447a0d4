import assert from "node:assert/strict";
import { test } from "node:test";

import type { Gateway } from "../api/gateway.ts";
import { signUpload } from "./upload.ts";

Object.assign(globalThis, { location: { href: "https://gateway.example.org/" } });

const signed = (url: string, protocol: string) => {
  const gateway = {
    addresses: { uploaded: "/uploaded/" },
    execute: async () => ({ createUploadUrl: { ticket: "t", url, errors: [] } }),
  } as unknown as Gateway;
  return signUpload(gateway, "bucket", "key", new File(["x"], "key"), protocol);
};

test("from a page on https, a file is sent to a store on https alone", async () => {
  assert.equal(await signed("https://store.example.org/b", "https:"), "t");
  assert.equal(await signed("http://127.0.0.1:9000/b", "http:"), "t");
  await assert.rejects(signed("http://store.example.org/b", "https:"), /reached over http/);
});
