/** Changes the size of machines of one region: the choice of a size, then the dry run. */
import { useRef, useState } from "preact/hooks";

import { RESIZE } from "../data/actions.ts";
import type { Machine } from "../data/fleet.ts";
import {
  bootsOn, byPrice, MOST_OFFERED, type OfferedSize, runningCostInWords, sizeInWords, sizesQuery,
} from "../data/offers.ts";
import { count } from "../data/text.ts";
import { Choice } from "./choice.tsx";
import { Confirm } from "./confirm.tsx";
import { Failure } from "./failure.tsx";
import { useQuery, useSettled } from "./query.ts";

interface ResizeProps {
  /** Of one provider and region. */
  readonly machines: readonly Machine[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function ResizeDialog({ machines: chosen, onClose, onDone }: ResizeProps) {
  const [machines] = useState(chosen);
  const [size, setSize] = useState<OfferedSize | null>(null);
  const [stopFirst, setStopFirst] = useState(false);
  const running = machines.filter(({ state }) => state === "RUNNING").length;
  const settled = useSettled(size);
  const request = settled && settled === size
    ? { action: RESIZE, size: { size: settled.id, stopFirst } }
    : null;
  return (
    <Confirm action={RESIZE} targets={machines} request={request} onClose={onClose} onDone={onDone}>
      <Sizes machines={machines} chosen={size} onChoose={setSize} />
      {running > 0 && (
        <label>
          <input
            type="checkbox"
            checked={stopFirst}
            onChange={(event) => setStopFirst(event.currentTarget.checked)}
          />{" "}
          {running === machines.length && running === 1
            ? "Stop it first, and start it again afterwards"
            : "Stop those that run first, and start them again afterwards"}
        </label>
      )}
    </Confirm>
  );
}

interface SizesProps {
  readonly machines: readonly Machine[];
  readonly chosen: OfferedSize | null;
  readonly onChoose: (size: OfferedSize | null) => void;
}

function Sizes({ machines, chosen, onChoose }: SizesProps) {
  const [search, setSearch] = useState("");
  const [isAll, setAll] = useState(false);
  const [first] = machines;
  const provider = first?.provider.id ?? "";
  const region = first?.region ?? "";
  const asked = useSettled(search.trim());
  const { data, error, loading, reload } = useQuery(sizesQuery, {
    provider, region: [region], search: asked || null,
  });
  const listed = data?.provider?.sizes ?? [];
  const here = listed.filter((each) => each.region === region);
  const presentNames = [...new Set(machines.map(({ size }) => size?.name ?? ""))];
  // Those of every list since the dialog was opened: a search leaves most of them out.
  const known = useRef(new Map<string, OfferedSize>()).current;
  for (const each of here) known.set(each.name, each);
  const present = presentNames.flatMap((name) => known.get(name) ?? []);
  const built = present[0];
  const others = here.filter((each) => presentNames.length > 1 || each.name !== presentNames[0]);
  const fitting = isAll ? others : others.filter((each) => bootsOn(built, each));
  // What is chosen stays in the list: the dry run below is about it, and the button confirms it.
  const isListed = fitting.some(({ id }) => id === chosen?.id);
  const options = [...fitting].sort(byPrice);
  if (chosen && !isListed) options.unshift(chosen);
  return (
    <>
      <p>
        {presentNames.length === 1
          ? `${machines.length === 1 ? "Its" : "Their"} size is ${present[0] ? sizeInWords(present[0]) : presentNames[0] || "not known"}.`
          : `They have ${count(presentNames.length, "size")}: ${presentNames.join(", ")}.`}
      </p>
      <Failure error={error} onRetry={() => void reload()} shown={data !== null} />
      <Choice
        label="New size"
        options={options.map((each) => ({ value: each.id, text: sizeInWords(each) }))}
        value={chosen?.id ?? ""}
        onChoose={(id) => onChoose(options.find((each) => each.id === id) ?? null)}
        search={search}
        onSearch={setSearch}
        placeholder="Search the cloud's sizes"
        note={noteOf({ loading, isKnown: data !== null, asked, listed: listed.length, shown: fitting.length })}
        others={others.length - fitting.length}
        onOthers={() => setAll(true)}
      />
      {chosen && <p>{runningCostInWords(present.length === presentNames.length ? present : [], chosen)}</p>}
    </>
  );
}

interface Note {
  readonly loading: boolean;
  /** Whether the list could be read. */
  readonly isKnown: boolean;
  readonly asked: string;
  readonly listed: number;
  readonly shown: number;
}

function noteOf({ loading, isKnown, asked, listed, shown }: Note): string {
  if (loading) return "Asking the cloud …";
  if (!isKnown) return "The sizes are not known.";
  if (listed >= MOST_OFFERED) return `The first ${count(shown, "size")} by name. Search for others.`;
  if (shown) return `${count(shown, "size")}.`;
  return asked ? "No other size matches." : "No other size in this region.";
}
