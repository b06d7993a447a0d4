/** Of an order, what is particular to it: names, number, keys, groups, tags and user data. */
import type { Order } from "../data/order.ts";
import type { Offers } from "./provision_offers.ts";

interface DetailsProps {
  readonly order: Order;
  readonly change: (changes: Partial<Order>) => void;
  readonly offers: Offers;
}

export function Details({ order, change, offers }: DetailsProps) {
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
