/** Changes a provider: its name, its credentials and its regions. What stays empty is kept. */
import { graphql } from "../api/graphql.ts";
import { accepted } from "../api/post.ts";
import type { Provider } from "../data/providers.ts";
import { useAct } from "../parts/act.ts";
import { useStores } from "../parts/context.ts";
import { Credential, credentialFields, credentialsIn, regionsIn } from "../parts/credential_fields.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Failure } from "../parts/failure.tsx";
import { useQuery } from "../parts/query.ts";

const fieldsQuery = graphql(
  `query ProviderFields($id: ID!) {
    provider(id: $id) { kind { driver credentialFields { ...CredentialFields } } }
  }`,
  [credentialFields],
);
const update = graphql(`mutation UpdateProvider($input: UpdateProviderInput!) {
  updateProvider(input: $input) { provider { id } errors { field message } }
}`);

interface EditProps {
  readonly provider: Provider;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function EditDialog({ provider, onClose, onDone }: EditProps) {
  const { gateway, fleet, providers } = useStores();
  const { data, error, reload } = useQuery(fieldsQuery, { id: provider.id });
  const { busy, failure, run } = useAct();
  const kind = data?.provider?.kind;
  const fields = (kind?.credentialFields ?? []).filter(({ name }) => !kind?.driver || name !== "driver");
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget as HTMLFormElement);
    const credentials = credentialsIn(fields, entered);
    const regions = regionsIn(entered);
    const name = String(entered.get("name") ?? "").trim();
    const input = {
      id: provider.id,
      ...(name !== provider.name && { name }),
      ...(credentials.length > 0 && { credentials }),
      ...(regions.join() !== provider.regions.join() && { regions }),
    };
    const work = async () => {
      accepted((await gateway.execute(update, { input })).updateProvider);
      await providers.load();
      fleet.reload(0);
    };
    if (await run(work)) onDone();
  };
  return (
    <Dialog title={`Edit ${provider.name}`} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          Name
          <input name="name" required maxLength={100} defaultValue={provider.name} />
        </label>
        <label>
          Regions to connect
          <input name="regions" required defaultValue={provider.regions.join(" ")} />
          <small>Separated by spaces. The rows of a region that you remove are forgotten.</small>
        </label>
        <fieldset>
          <legend>Credentials and settings</legend>
          <small>They are stored encrypted and never shown. An empty field keeps what is stored.</small>
          <Failure error={error} onRetry={() => void reload()} />
          {!kind && !error && <p role="status">Reading …</p>}
          {fields.map((field) => (
            <Credential key={field.name} field={field} keeps />
          ))}
        </fieldset>
        {failure && <p class="notice bad" role="alert">{failure}</p>}
        <footer>
          <button type="button" onClick={onClose}>
            Close
          </button>
          <button type="submit" class="primary" disabled={!kind || busy}>
            {busy ? "Saving …" : "Save"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
