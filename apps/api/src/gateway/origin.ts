/** The header fields that an upgrade is judged by. */
interface UpgradeHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Whether a WebSocket upgrade may go ahead: programs send no origin; a page must come from this host, or from a loopback
 * address, where the development server is. Any other page is somebody else's and could read what the user can see.
 */
export function isAllowedOrigin({ host, origin }: UpgradeHeaders): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  return page.host === host || LOOPBACK.test(page.hostname);
}
