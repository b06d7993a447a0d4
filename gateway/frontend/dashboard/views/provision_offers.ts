/** What a provider offers in the region of an order, searched at the cloud. */
import { useState } from "preact/hooks";

import { byPrice, imagesQuery, MOST_OFFERED, placeQuery, sizesQuery } from "../data/offers.ts";
import type { Order } from "../data/order.ts";
import { count } from "../data/text.ts";
import { useQuery, useSettled } from "../parts/query.ts";

export type Offers = ReturnType<typeof useOffers>;

/** What can be chosen in the region of the order. */
export function useOffers({ provider, region, size, image }: Order) {
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
