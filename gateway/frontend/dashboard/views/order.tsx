/** Shows the dry run of an order and its cost, and submits it. */
import { useEffect, useState } from "preact/hooks";

import { newKey } from "../data/actions.ts";
import { costInWords } from "../data/costs.ts";
import { type OrderVerdict, type requestOf, submitOrder, tryOrder } from "../data/order.ts";
import { count } from "../data/text.ts";
import { useStores } from "../parts/context.ts";
import { Dialog } from "../parts/dialog.tsx";

interface OrderDialogProps {
  readonly request: ReturnType<typeof requestOf>;
  /** What is ordered where, in words. */
  readonly summary: string;
  readonly onClose: () => void;
}

export function OrderDialog(props: OrderDialogProps) {
  const { request: entered, summary, onClose } = props;
  const { gateway, orderKeys, submissions } = useStores();
  const [request] = useState(entered);
  const [sentBefore] = useState(() => orderKeys.sent(request) !== null);
  const [again, setAgain] = useState(false);
  const [keys] = useState(() => ({ same: orderKeys.keyFor(request), other: newKey() }));
  const [verdict, setVerdict] = useState<OrderVerdict | null>(null);
  const [failure, setFailure] = useState("");
  useEffect(() => {
    tryOrder(gateway, request).then(setVerdict, (error: Error) => setFailure(error.message));
  }, []);

  const machines = count(request.count ?? 1, "machine");
  // What was sent before is sent again whatever the dry run says: its name may be taken by itself.
  const repeats = sentBefore && !again;
  const ready = repeats || verdict?.allowed === true;
  const submit = (event: Event) => {
    event.preventDefault();
    if (!ready) return;
    const key = again ? keys.other : keys.same;
    submissions.add(key, `Ordering ${machines}`, async () => {
      orderKeys.keep(request, key);
      return [await submitOrder(gateway, request, key)];
    });
    onClose();
  };
  return (
    <Dialog title={`Order ${machines}`} onClose={onClose}>
      <form onSubmit={submit}>
        <p>
          <strong>{summary}</strong>
        </p>
        {failure && <p class="notice bad" role="alert">The dry run failed. {failure}</p>}
        {!verdict && !failure && <p role="status">Checking the order …</p>}
        {verdict && <Checks verdict={verdict} />}
        {verdict?.cost && <p>{costInWords(verdict.cost)}</p>}
        {sentBefore && (
          <div class="notice warn">
            You have sent exactly this order before. Sent again, it is the same order: no further
            machine is made.
            <label>
              <input
                type="checkbox"
                checked={again}
                onChange={(event) => setAgain(event.currentTarget.checked)}
              />{" "}
              Order {machines} more
            </label>
          </div>
        )}
        <footer>
          <button type="button" onClick={onClose}>
            Close
          </button>
          <button type="submit" class="primary" disabled={!ready}>
            {repeats ? "Send again" : `Order ${machines}`}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

function Checks({ verdict }: { verdict: OrderVerdict }) {
  return (
    <>
      <p>{verdict.allowed ? "The dry run found nothing against this order." : "The order would be refused."}</p>
      <ul class="targets">
        {verdict.checks.map(({ name, ok, message }) => (
          <li key={`${name} ${message}`} class={ok ? "" : "refused"}>
            <strong>{ok ? "OK" : "No"}</strong> {message}
          </li>
        ))}
      </ul>
    </>
  );
}
