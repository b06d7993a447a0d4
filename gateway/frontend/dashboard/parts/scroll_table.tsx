/** A table whose rows scroll below its head, by the keyboard too. */
import type { ComponentChildren } from "preact";

interface ScrollTableProps {
  readonly label: string;
  /** The title of each column, and its class: `numeric`, `wide` (not shown on a phone). */
  readonly heads: readonly (readonly [title: string, className?: string])[];
  /** Whether the last column has buttons; its title is for screen readers. */
  readonly actions?: boolean;
  readonly class?: string;
  /** The rows. */
  readonly children: ComponentChildren;
}

export function ScrollTable({ label, heads, actions = false, children, ...more }: ScrollTableProps) {
  return (
    <div
      class={["table-scroll", more.class].filter(Boolean).join(" ")}
      tabIndex={0}
      role="group"
      aria-label={label}
    >
      <table aria-label={label}>
        <thead>
          <tr>
            {heads.map(([title, className]) => (
              <th key={title} class={className}>
                {title}
              </th>
            ))}
            {actions && (
              <th>
                <span class="hidden">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
