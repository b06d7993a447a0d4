/** The user who made a change; the name leads to the job. Nothing where that is not known. */
import type { Actor } from "../data/changes.ts";
import { hrefOf } from "../route.ts";

export function ChangedBy({ actor }: { actor: Actor | null }) {
  if (!actor) return null;
  const { user, job } = actor;
  if (!job) return <>{user?.login}</>;
  return (
    <a href={hrefOf("jobs", { job: job.id })} title={job.label}>
      {user?.login ?? "the gateway"}
      <span class="wide">: {job.label}</span>
    </a>
  );
}
