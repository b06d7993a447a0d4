/** The columns of the table of machines. */
import type { Machine } from "../data/fleet.ts";
import type { ProviderOf } from "../data/providers.ts";
import { dollars, tagsOf } from "../data/text.ts";
import { State } from "../parts/state.tsx";
import type { Column } from "../parts/table.tsx";
import { When } from "../parts/when.tsx";
import { hrefOf } from "../route.ts";

export function columnsWith(providerOf: ProviderOf): readonly Column<Machine>[] {
  const nameOf = ({ provider }: Machine) => providerOf(provider.id)?.name ?? "";
  return [
    {
      key: "name",
      title: "Name",
      cell: (machine) => (
        <a href={hrefOf("machine", { id: machine.id })}>
          {machine.name || machine.externalId}
        </a>
      ),
      sortBy: (machine) => machine.name || machine.externalId,
    },
    {
      key: "state",
      title: "State",
      cell: ({ state }) => <State state={state} />,
      sortBy: ({ state }) => state,
    },
    { key: "provider", title: "Provider", cell: nameOf, sortBy: nameOf },
    {
      key: "region",
      title: "Region",
      cell: ({ region }) => region,
      sortBy: ({ region }) => region,
      wide: true,
    },
    {
      key: "size",
      title: "Size",
      cell: ({ size }) => size?.name,
      sortBy: ({ size }) => size?.name,
      wide: true,
    },
    {
      key: "addresses",
      title: "Addresses",
      cell: ({ publicIps, privateIps }) => (publicIps.length ? publicIps : privateIps).join(" "),
      wide: true,
    },
    {
      key: "tags",
      title: "Tags",
      cell: tagsOf,
      wide: true,
    },
    {
      key: "cost",
      title: "$ a month",
      cell: ({ monthlyCost: cost }) =>
        typeof cost === "number" ? dollars(cost) : <span class="detail">not known</span>,
      sortBy: ({ monthlyCost }) => monthlyCost,
      numeric: true,
      wide: true,
    },
    {
      key: "seen",
      title: "Seen",
      cell: ({ observedAt }) => <When time={observedAt} />,
      sortBy: ({ observedAt }) => observedAt,
      wide: true,
    },
  ];
}
