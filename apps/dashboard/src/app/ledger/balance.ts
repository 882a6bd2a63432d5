import type { Ledger } from '@watchfloor/contracts';

/** The two sums that must hold, with what is missing (positive) or too much (negative) on their right side. */
export interface Balance {
  readonly balanced: boolean;
  readonly receivedDifference: number;
  readonly acceptedDifference: number;
}

/** Adds the ledger up again on this side; the server's own word must agree as well. */
export function balance({ balanced, edge, aggregated, deadLettered, inFlight }: Ledger): Balance {
  const receivedDifference = edge.received - (edge.accepted + edge.duplicates + edge.rejected.total);
  const acceptedDifference = edge.accepted - (aggregated + deadLettered + inFlight);
  return {
    balanced: balanced && receivedDifference === 0 && acceptedDifference === 0,
    receivedDifference,
    acceptedDifference,
  };
}
