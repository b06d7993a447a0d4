/** What a provider offers in the region of an order, searched at the cloud. */
import { useState } from "preact/hooks";

import { bootsOn, byPrice, imagesQuery, MOST_OFFERED, placeQuery, sizesQuery } from "../data/offers.ts";
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
  const where = provider && region ? { provider, region: [region] } : null;
  const sizes = useQuery(sizesQuery, where && { ...where, search: sizeText || null });
  const images = useQuery(imagesQuery, where && { ...where, search: imageText || null });
  const place = useQuery(placeQuery, where && { provider, region });
  const isHere = (each: { region: string }) => each.region === region;
  const allSizes = sizes.data?.provider?.sizes ?? [];
  const allImages = images.data?.provider?.images ?? [];
  const found = place.data?.provider;
  const sizesHere = useKept(allSizes.filter(isHere), size).sort(byPrice);
  const imagesHere = useKept(allImages.filter(isHere), image);
  const chosenSize = sizesHere.find(({ id }) => id === size);
  const chosenImage = imagesHere.find(({ id }) => id === image);
  const sizesFit = sizesHere.filter((each) => each === chosenSize || bootsOn(chosenImage, each));
  const imagesFit = imagesHere.filter((each) => each === chosenImage || bootsOn(each, chosenSize));
  const isIn = (list: readonly { readonly id: string }[], id: string) =>
    list.some((each) => each.id === id);
  return {
    /** What was chosen before is not in the list yet. */
    awaited:
      (sizes.loading && size !== "" && !isIn(sizesHere, size)) ||
      (images.loading && image !== "" && !isIn(imagesHere, image)),
    sizes: sizesFit,
    images: imagesFit,
    /** The numbers of those that are left out: image and size are of different architectures. */
    otherSizes: sizesHere.length - sizesFit.length,
    otherImages: imagesHere.length - imagesFit.length,
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
    sizeNote: noteOf(sizesFit.length, "size", sizes.loading, allSizes.length, sizesHere.length),
    imageNote: noteOf(imagesFit.length, "image", images.loading, allImages.length, imagesHere.length),
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

/** `listed`: before the region and the architecture left some out; `here`: before the architecture did. */
function noteOf(shown: number, noun: string, loading: boolean, listed: number, here: number): string {
  if (loading) return "Asking the cloud …";
  if (listed >= MOST_OFFERED) return `The first ${count(shown, noun)} by name. Search for others.`;
  if (here && !shown) return `No ${noun} fits.`;
  return shown ? `${count(shown, noun)}.` : `No ${noun} of that name in this region.`;
}
