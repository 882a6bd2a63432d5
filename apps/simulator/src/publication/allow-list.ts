/** A target that lines must not be sent to. */
export class TargetRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TargetRefusedError';
  }
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The base URL to send to, if its host is loopback or on the list: simulated attacks must not leave the machine by
 * accident.
 * @throws TargetRefusedError when it is not, or the text is no http(s) URL.
 */
export function allowedTarget(text: string, allowedHosts: readonly string[]): URL {
  if (!URL.canParse(text)) throw new TargetRefusedError(`not a URL: ${text}`);
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new TargetRefusedError(`only http and https can be sent to, not ${url.protocol}`);
  if (LOOPBACK.test(url.hostname) || allowedHosts.includes(url.hostname)) return url;
  throw new TargetRefusedError(
    `${url.hostname} is not on the allow list: name it in SIMULATOR_ALLOW_HOSTS if it is yours`,
  );
}
