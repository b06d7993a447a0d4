import assert from "node:assert/strict";
import { test } from "node:test";

import { costInWords, monthlyInWords, priceInWords } from "./costs.ts";

test("a cost that is not known is never 0", () => {
  assert.equal(monthlyInWords(0), "$0.00");
  assert.equal(monthlyInWords(1234.5), "$1,234.50");
  assert.equal(monthlyInWords(null), "not known");
});

test("a price has its currency, unit, source and date", () => {
  const price = { amount: 0.012, currency: "EUR", per: "HOUR", asOf: "2026-11-01", source: "PRICE_BOOK" } as const;

  assert.equal(priceInWords(price), "€0.0120 an hour, price book of the provider, 2026-11-01");
  assert.equal(
    priceInWords({ ...price, amount: 0.000123, currency: "USD", source: "CLOUD", asOf: null }),
    "$0.000123 an hour, the cloud's list price",
  );
  assert.equal(
    priceInWords({ ...price, amount: 0.1, per: "GIB_MONTH", source: "LIBCLOUD" }),
    "€0.1000 a GiB a month, libcloud's list price, 2026-11-01",
  );
});

test("the cost of an action counts what is not known, and has its note only if it is not complete", () => {
  const now = { monthly: 23.36, priced: 2, unpriced: 0 };
  const after = { monthly: 1.2, priced: 1, unpriced: 1 };

  assert.equal(
    costInWords({ now, after, complete: true, note: null }),
    "Cost a month: $23.36 → $1.20 and 1 object of unknown cost. Volumes are included.",
  );
  assert.equal(
    costInWords({ now: { monthly: null, priced: 0, unpriced: 2 }, after: now, complete: false, note: "No volumes." }),
    "Cost a month: 2 objects of unknown cost → $23.36. No volumes.",
  );
  assert.equal(
    costInWords({ now: { monthly: 0, priced: 0, unpriced: 0 }, after: now, complete: false, note: null }),
    "Cost a month: $0.00 → $23.36. This is not all that is paid for.",
  );
});
