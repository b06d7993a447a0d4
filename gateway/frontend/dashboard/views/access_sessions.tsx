/** The viewer's own sessions. */
import { Access, type Session } from "../data/access.ts";
import { count, moment } from "../data/text.ts";
import { ActButton } from "../parts/act_button.tsx";
import { useStores } from "../parts/context.ts";
import { ScrollTable } from "../parts/scroll_table.tsx";
import { When } from "../parts/when.tsx";

interface SessionsProps {
  readonly sessions: readonly Session[];
  readonly reload: () => Promise<void>;
}

export function Sessions({ sessions, reload }: SessionsProps) {
  const { gateway } = useStores();
  const end = async (id: string) => {
    await new Access(gateway).revokeSession(id);
    await reload();
  };
  const others = sessions.filter(({ current }) => !current);
  const endOthers = async () => {
    for (const { id } of others) await new Access(gateway).revokeSession(id);
    await reload();
  };
  return (
    <section class="card" aria-label="Your sessions">
      <h2>Your sessions</h2>
      <ScrollTable
        label="Your sessions"
        class="short"
        heads={[["Since"], ["From"], ["Until, if it is not used", "wide"]]}
        actions
      >
        {sessions.map(({ id, createdAt, expiresAt, address, current }) => (
          <tr key={id}>
            <td>
              <When time={createdAt} />
            </td>
            <td>{address}</td>
            <td class="wide">{moment(expiresAt)}</td>
            <td>
              {current ? (
                "This one"
              ) : (
                <ActButton
                  label="End"
                  name={`End the session since ${moment(createdAt)}`}
                  work={() => end(id)}
                />
              )}
            </td>
          </tr>
        ))}
      </ScrollTable>
      {others.length > 1 && (
        <div class="bar">
          <ActButton label={`End ${count(others.length, "other session")}`} work={endOthers} />
        </div>
      )}
    </section>
  );
}
