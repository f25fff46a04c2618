// Waits for what comes about a moment later than it was asked for.
const WITHIN_MS = 20_000;
const POLL_MS = 100;

// What `found` returns as soon as it is something; fails where it is nothing for too long.
export const until = async <T>(what: string, found: () => Promise<T | undefined>): Promise<T> => {
  const end = Date.now() + WITHIN_MS;
  for (;;) {
    const value = await found();
    if (value !== undefined) return value;
    if (Date.now() >= end) throw new Error(`${what} did not come about`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

// Fails where something is not as it should be, and says what it is.
export function must(holds: boolean, what: string, is?: unknown): asserts holds {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(is)}`);
}
