/** Which methods each address takes, learnt from the routes as they are registered: for 405 and its `Allow`. */
export class AllowedMethods {
  readonly #routes: { readonly pattern: RegExp; readonly method: string }[] = [];

  /** Notes a route. One with a wildcard says nothing about a single address and is left out. */
  add(method: string, url: string): void {
    if (url.includes('*')) return;
    const pattern = url
      .split('/')
      .map((segment) => (segment.startsWith(':') ? '[^/]+' : segment.replace(/[^\w-]/g, '\\$&')))
      .join('/');
    this.#routes.push({ pattern: new RegExp(`^${pattern}$`), method });
  }

  /** The methods of `path` (without its query), sorted, each once; empty where nothing is. */
  of(path: string): string[] {
    const methods = this.#routes.flatMap(({ pattern, method }) => (pattern.test(path) ? [method] : []));
    return [...new Set(methods)].sort();
  }
}
