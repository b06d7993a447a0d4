/** The parts of a GraphQL query that is written with literal arguments, so that it runs as it is. */

export type Value = string | number | boolean | Enum | readonly Value[] | { readonly [name: string]: Value | undefined };

/** A name of the schema: it is written without quotes. */
export class Enum {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

function literal(value: Value): string {
  if (value instanceof Enum) return value.name;
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object") return `{${pairs(value as Record<string, Value | undefined>)}}`;
  return JSON.stringify(value);
}

function pairs(values: Readonly<Record<string, Value | undefined>>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${literal(value)}`]))
    .join(", ");
}

/** Its arguments in parentheses; nothing for none. */
export function call(field: string, values: Readonly<Record<string, Value | undefined>>): string {
  const text = pairs(values);
  return text ? `${field}(${text})` : field;
}

export const isEmpty = (values: object) => Object.values(values).every((value) => value === undefined);
export const enums = (names: readonly string[]) => (names.length ? names.map((name) => new Enum(name)) : undefined);
