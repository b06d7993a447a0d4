/** The object of a change; a machine's name leads to it. */
import type { Change } from "../data/changes.ts";
import { typeInWords } from "../data/changes.ts";
import { hrefOf } from "../route.ts";

export function ChangedObject({ change: { type, target } }: { change: Change }) {
  if (target === null) return <>a {typeInWords(type)} that is gone</>;
  if (type !== "VIRTUAL_MACHINE") return <>{target.name}</>;
  return <a href={hrefOf("machine", { id: target.id })}>{target.name}</a>;
}
