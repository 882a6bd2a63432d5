import { request } from 'undici';

/**
 * Tells the api whether more of a named timeline will come, so that a pause is not taken for its end. A timeline comes to
 * its end without it as well, only later: nothing is made of a failure.
 */
export async function announceTimeline(
  target: URL,
  timeline: string,
  state: 'open' | 'ended',
  timeoutMs: number,
): Promise<void> {
  try {
    const { body } = await request(new URL(`/api/v1/timelines/${timeline}`, target), {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ state }),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    await body.dump();
  } catch {
    // No answer: the requests that carry lines find out whether the api is there, and repeat themselves.
  }
}
