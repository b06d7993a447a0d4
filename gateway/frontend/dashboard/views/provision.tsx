/** Orders machines: a form made from what the provider offers, with an estimate and a dry run. */
import { useState } from "preact/hooks";

import { byPrice, imagesQuery, MOST_OFFERED, placeQuery, sizeInWords, sizesQuery } from "../data/offers.ts";
import { EMPTY_ORDER, estimateOf, type Order, requestOf, withPlace } from "../data/order.ts";
import type { Provider } from "../data/providers.ts";
import { count } from "../data/text.ts";
import { Choice } from "../parts/choice.tsx";
import { useChanges, useStores } from "../parts/context.ts";
import { Failure, Unanswered } from "../parts/failure.tsx";
import { useQuery, useSettled } from "../parts/query.ts";
import { hrefOf } from "../route.ts";
import { OrderDialog } from "./order.tsx";

const canOrder = ({ kind, viewerRole }: Provider) =>
  kind.capabilities.includes("PROVISION") && viewerRole !== "VIEWER";

export function Provision() {
  const { fleet, order: store, providers } = useStores();
  useChanges(providers.rows, store, fleet.error);
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
        <NoProvider any={providers.rows.all.length > 0} error={fleet.error.current} />
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
          estimate={estimate}
          onClose={() => setOrdered(null)}
        />
      )}
    </main>
  );
}

/** "web-1 to web-3 at Lab, region one: m1.small with Debian 12". */
function summaryOf(order: Order, offers: Offers, provider: Provider | undefined): string {
  const name = order.name.trim();
  const names = order.count > 1 ? `${name}-1 to ${name}-${order.count}` : name;
  const size = offers.sizes.find(({ id }) => id === order.size)?.name;
  const image = offers.images.find(({ id }) => id === order.image);
  return `${names} at ${provider?.name}, region ${order.region}: ${size} with ${image?.name || image?.externalId}.`;
}

function NoProvider({ any, error }: { any: boolean; error: Error | null }) {
  if (any) {
    return (
      <p>
        You may order at none of your providers: it takes the role operator, and a kind of cloud
        that sells machines. Ask an administrator of the provider.
      </p>
    );
  }
  if (error) return <p class="notice bad">{error.message}</p>;
  return (
    <p>
      No provider is connected. <a href={hrefOf("providers")}>Connect one</a>.
    </p>
  );
}

type Offers = ReturnType<typeof useOffers>;

/** What can be chosen in the region of the order. */
function useOffers({ provider, region, size, image }: Order) {
  const [sizeSearch, setSizeSearch] = useState("");
  const [imageSearch, setImageSearch] = useState("");
  const sizeText = useSettled(sizeSearch.trim());
  const imageText = useSettled(imageSearch.trim());
  const where = provider ? { provider } : null;
  const sizes = useQuery(sizesQuery, where && { ...where, search: sizeText || null });
  const images = useQuery(imagesQuery, where && { ...where, search: imageText || null });
  const place = useQuery(placeQuery, where && { ...where, region });
  const isHere = (each: { region: string }) => each.region === region;
  const allSizes = sizes.data?.provider?.sizes ?? [];
  const allImages = images.data?.provider?.images ?? [];
  const found = place.data?.provider;
  const sizesHere = useKept(allSizes.filter(isHere), size).sort(byPrice);
  const imagesHere = useKept(allImages.filter(isHere), image);
  const isIn = (list: readonly { readonly id: string }[], id: string) =>
    list.some((each) => each.id === id);
  return {
    /** What was chosen before is not in the list yet. */
    awaited:
      (sizes.loading && size !== "" && !isIn(sizesHere, size)) ||
      (images.loading && image !== "" && !isIn(imagesHere, image)),
    sizes: sizesHere,
    images: imagesHere,
    zones: (found?.locations ?? []).filter(isHere),
    keyPairs: (found?.keyPairs?.nodes ?? []).filter(({ state }) => state === "AVAILABLE"),
    groups: (found?.securityGroups?.nodes ?? []).filter(({ state }) => state === "AVAILABLE"),
    placeLoading: place.loading,
    failures: [sizes, images, place].filter(({ error }) => error),
    receipts: [
      ...sizes.receipts,
      ...images.receipts,
      ...place.receipts,
      ...(found?.keyPairs?.sources ?? []),
      ...(found?.securityGroups?.sources ?? []),
    ].filter((receipt) => receipt.region === region || receipt.region === ""),
    sizeSearch,
    setSizeSearch,
    imageSearch,
    setImageSearch,
    sizeNote: noteOf(sizesHere.length, "size", sizes.loading, allSizes.length),
    imageNote: noteOf(imagesHere.length, "image", images.loading, allImages.length),
  };
}

/** `found`, with the one that was chosen from an earlier search. */
function useKept<T extends { readonly id: string }>(found: readonly T[], id: string): T[] {
  const [kept, setKept] = useState<T | null>(null);
  const chosen = found.find((each) => each.id === id);
  if (chosen && chosen.id !== kept?.id) setKept(chosen);
  if (chosen || kept?.id !== id) return [...found];
  return [...found, kept];
}

function noteOf(here: number, noun: string, loading: boolean, listed: number): string {
  if (loading) return "Asking the cloud …";
  if (listed >= MOST_OFFERED) return `${count(here, noun)} of more: search for others.`;
  return here ? `${count(here, noun)}.` : `No ${noun} of that name in this region.`;
}

interface DetailsProps {
  readonly order: Order;
  readonly change: (changes: Partial<Order>) => void;
  readonly offers: Offers;
}

function Details({ order, change, offers }: DetailsProps) {
  const { securityGroups: chosen } = order;
  const toggle = (name: string, on: boolean) => {
    const others = chosen.filter((each) => each !== name);
    change({ securityGroups: on ? [...others, name] : others });
  };
  return (
    <>
      <div class="columns">
        <label>
          Name
          <input
            required
            maxLength={255}
            autocomplete="off"
            value={order.name}
            onInput={(event) => change({ name: event.currentTarget.value })}
          />
          <small>Several get numbers: web-1, web-2 …</small>
        </label>
        <label>
          How many
          <input
            type="number"
            required
            min={1}
            max={50}
            value={order.count || ""}
            onInput={(event) => change({ count: event.currentTarget.valueAsNumber || 0 })}
          />
        </label>
        <label>
          Key pair
          <select
            value={order.keyPair}
            onChange={(event) => change({ keyPair: event.currentTarget.value })}
          >
            <option value="">None</option>
            {offers.keyPairs.map(({ id, name }) => (
              <option key={id}>{name}</option>
            ))}
          </select>
          <small role="status">
            {offers.placeLoading && "Asking for key pairs and security groups …"}
          </small>
        </label>
      </div>
      {offers.groups.length > 0 && (
        <fieldset>
          <legend>Security groups</legend>
          <div class="checks">
            {offers.groups.map(({ id, name, openPorts }) => (
              <label key={id}>
                <input
                  type="checkbox"
                  checked={chosen.includes(name)}
                  onChange={(event) => toggle(name, event.currentTarget.checked)}
                />{" "}
                {name}
                {openPorts.length > 0 && <small> open to all: {openPorts.join(", ")}</small>}
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <details open={Boolean(order.tags || order.userData)}>
        <summary>Tags and a script for the first boot</summary>
        <label>
          Tags
          <textarea
            rows={2}
            placeholder="team=blue"
            value={order.tags}
            onInput={(event) => change({ tags: event.currentTarget.value })}
          />
          <small>One a line, as key=value.</small>
        </label>
        <label>
          User data
          <textarea
            rows={4}
            spellcheck={false}
            placeholder="#!/bin/sh"
            value={order.userData}
            onInput={(event) => change({ userData: event.currentTarget.value })}
          />
          <small>What the machine runs at its first boot.</small>
        </label>
      </details>
    </>
  );
}
