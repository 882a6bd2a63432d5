import { LiveMessageSchema, type LiveMessage } from '@watchfloor/contracts';
import { Value } from '@sinclair/typebox/value';

/**
 * The message in one text frame of `WS /live`; null when it is not JSON or not a message of the contract.
 * Checked by walking the schema, not by compiled code: the page's policy forbids `new Function`.
 */
export function parseLiveMessage(text: unknown): LiveMessage | null {
  if (typeof text !== 'string') return null;
  try {
    const message: unknown = JSON.parse(text);
    return Value.Check(LiveMessageSchema, message) ? message : null;
  } catch {
    return null;
  }
}
