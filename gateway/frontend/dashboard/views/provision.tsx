/** Orders machines: a form made from what the provider offers, with an estimate and a dry run. */
import { useState } from "preact/hooks";

import { sizeInWords } from "../data/offers.ts";
import { EMPTY_ORDER, estimateOf, type Order, requestOf, withPlace } from "../data/order.ts";
import { isViewOnly, type Provider } from "../data/providers.ts";
import { Choice } from "../parts/choice.tsx";
import { useChanges, useStores } from "../parts/context.ts";
import { Failure, Unanswered } from "../parts/failure.tsx";
import { hrefOf } from "../route.ts";
import { OrderDialog } from "./order.tsx";
import { Details } from "./provision_details.tsx";
import { type Offers, useOffers } from "./provision_offers.ts";

const canOrder = (provider: Provider) =>
  provider.kind.capabilities.includes("PROVISION") && !isViewOnly(provider);

export function Provision() {
  const { order: store, providers } = useStores();
  useChanges(providers.rows, providers.error, providers.loaded, store);
  const [ordered, setOrdered] = useState<Order | null>(null);
  const offered = providers.rows.all.filter(canOrder).sort((a, b) => a.name.localeCompare(b.name));
  const only = offered.length === 1 ? offered[0] : undefined;
  const entered = store.current;
  const provider = offered.find(({ id }) => id === entered.provider) ?? only;
  const region = provider?.regions.includes(entered.region) ? entered.region : (provider?.regions[0] ?? "");
  const order = { ...entered, provider: provider?.id ?? "", region };
  const change = (changes: Partial<Order>) => store.set({ ...order, ...changes });
  const offers = useOffers(order);
  const size = offers.sizes.find(({ id }) => id === order.size);
  const estimate = size ? estimateOf(order.count, size.pricePerHour) : "";

  if (!offered.length) {
    return (
      <main>
        <h1>Provision</h1>
        <NoProvider />
      </main>
    );
  }
  return (
    <main>
      <h1>Provision</h1>
      <form
        class="sheet"
        onSubmit={(event) => {
          event.preventDefault();
          setOrdered(order);
        }}
      >
        <div class="columns">
          <label>
            Provider
            <select
              required
              value={order.provider}
              onChange={(event) =>
                store.set(withPlace(order, { provider: event.currentTarget.value, region: "" }))
              }
            >
              <option value="">Choose …</option>
              {offered.map(({ id, name, kind }) => (
                <option key={id} value={id}>
                  {name} ({kind.label})
                </option>
              ))}
            </select>
            <NotOffered providers={providers.rows.all.filter((each) => !canOrder(each))} />
          </label>
          {provider && (
            <>
              <label>
                Region
                <select
                  required
                  value={region}
                  onChange={(event) =>
                    store.set(withPlace(order, { region: event.currentTarget.value }))
                  }
                >
                  {provider.regions.map((each) => (
                    <option key={each}>{each}</option>
                  ))}
                </select>
              </label>
              <label>
                Zone
                <select
                  value={order.location}
                  onChange={(event) => change({ location: event.currentTarget.value })}
                >
                  <option value="">Any</option>
                  {offers.zones.map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name}
                    </option>
                  ))}
                </select>
              </label>
            </>
          )}
        </div>
        {provider && (
          <>
            {offers.failures.map(({ error, reload }) => (
              <Failure key={error?.message} error={error} onRetry={() => void reload()} />
            ))}
            <Unanswered receipts={offers.receipts} />
            <div class="columns">
              <Choice
                label="Size"
                options={offers.sizes.map((each) => ({ value: each.id, text: sizeInWords(each) }))}
                value={order.size}
                onChoose={(id) => change({ size: id })}
                search={offers.sizeSearch}
                onSearch={offers.setSizeSearch}
                placeholder="A part of a size's name"
                note={offers.sizeNote}
                others={offers.otherSizes}
                onOthers={() => change({ image: "" })}
              />
              <Choice
                label="Image"
                options={offers.images.map(({ id, name, externalId }) => ({
                  value: id,
                  text: name || externalId,
                }))}
                value={order.image}
                onChoose={(id) => change({ image: id })}
                search={offers.imageSearch}
                onSearch={offers.setImageSearch}
                placeholder="A part of an image's name, or its id"
                note={offers.imageNote}
                others={offers.otherImages}
                onOthers={() => change({ size: "" })}
              />
            </div>
            <Details order={order} change={change} offers={offers} />
            <div class="bar">
              <button type="submit" class="primary" disabled={offers.awaited}>
                Check the order
              </button>
              <button type="button" onClick={() => store.set(EMPTY_ORDER)}>
                Clear
              </button>
              <output class="count">{estimate || "Choose a size for an estimate."}</output>
            </div>
          </>
        )}
      </form>
      {ordered && (
        <OrderDialog
          request={requestOf(ordered)}
          summary={summaryOf(ordered, offers, provider)}
          onClose={() => setOrdered(null)}
        />
      )}
    </main>
  );
}

/** The providers that cannot be chosen, and why. */
function NotOffered({ providers }: { providers: readonly Provider[] }) {
  if (!providers.length) return null;
  const reasons = providers.map((provider) =>
    `${provider.name} (${isViewOnly(provider) ? "you may only view it" : "machines cannot be ordered there"})`,
  );
  return <small>Not offered: {reasons.join(", ")}.</small>;
}

/** "web-1 to web-3 at Lab, region one: m1.small with Debian 12". */
function summaryOf(order: Order, offers: Offers, provider: Provider | undefined): string {
  const name = order.name.trim();
  const names = order.count > 1 ? `${name}-1 to ${name}-${order.count}` : name;
  const size = offers.sizes.find(({ id }) => id === order.size)?.name;
  const image = offers.images.find(({ id }) => id === order.image);
  return `${names} at ${provider?.name}, region ${order.region}: ${size} with ${image?.name || image?.externalId}.`;
}

function NoProvider() {
  const { providers } = useStores();
  const error = providers.error.current;
  if (providers.rows.all.length) {
    return (
      <p>
        You cannot order machines at any of your providers. That needs the role operator, and a cloud
        where machines can be ordered. Ask an administrator of the provider.
      </p>
    );
  }
  if (error) return <Failure error={error} onRetry={() => void providers.load()} />;
  if (!providers.loaded.current) return <p role="status">Reading …</p>;
  return (
    <p>
      No provider is connected. <a href={hrefOf("providers")}>Connect one</a>.
    </p>
  );
}
