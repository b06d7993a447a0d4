/** Requests about many objects, a few at a time. */
import { GatewayError } from "../api/post.ts";

const ASKED_AT_ONCE = 4; // of the gateway's 20 requests a second for each user
const PAUSE_MS = 1_000;
const MOST_PAUSES = 30;

/**
 * The answers, in the order of `items`. `onAnswer` is called after each. Throws the first failure, and
 * asks nothing after it.
 */
export async function askEach<T, Answer>(
  items: readonly T[],
  ask: (item: T, index: number) => Promise<Answer>,
  onAnswer: () => void = () => {},
): Promise<readonly Answer[]> {
  const answers = new Array<Answer>(items.length);
  const left = [...items.entries()];
  const askOneByOne = async () => {
    try {
      for (let next = left.shift(); next; next = left.shift()) {
        const [index, item] = next;
        answers[index] = await patiently(() => ask(item, index));
        onAnswer();
      }
    } catch (error) {
      left.length = 0;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, askOneByOne));
  return answers;
}

/** Asks again after a pause while the gateway answers that this user asks too often. */
export async function patiently<Answer>(ask: () => Promise<Answer>, pause = PAUSE_MS): Promise<Answer> {
  for (let pauses = 0; ; pauses++) {
    try {
      return await ask();
    } catch (error) {
      const isTooOften = error instanceof GatewayError && error.code === "RATE_LIMITED";
      if (!isTooOften || pauses === MOST_PAUSES) throw error;
      await new Promise((done) => setTimeout(done, pause));
    }
  }
}
