export type Readiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'not-ready'; readonly failing: readonly string[] }
  | { readonly kind: 'unreachable' };

const PROBE_TIMEOUT_MS = 2_000;

/** Asks `GET /health/ready` why the live connection may be silent. Never rejects. */
export async function probeReadiness(url: string): Promise<Readiness> {
  try {
    const response = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    if (response.ok) return { kind: 'ready' };
    return { kind: 'not-ready', failing: failingParts(await response.json()) };
  } catch {
    return { kind: 'unreachable' };
  }
}

/** The names under `error` of a health answer: the parts that are down. */
function failingParts(body: unknown): string[] {
  if (typeof body !== 'object' || body === null || !('error' in body)) return [];
  const { error } = body;
  return typeof error === 'object' && error !== null ? Object.keys(error) : [];
}
