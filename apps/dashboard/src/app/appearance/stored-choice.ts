/** Choices that outlive the page. Storage may be switched off; then they last as long as the page. */
const PREFIX = 'watchfloor.';

export function readStored(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function writeStored(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Nothing to do: the choice holds for this page.
  }
}
