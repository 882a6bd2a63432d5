import type { IngestAnswer, SendFigures } from '@watchfloor/contracts';

export const NOTHING_SENT: SendFigures = {
  sent: 0,
  accepted: 0,
  duplicates: 0,
  rejected: 0,
  refused: 0,
  requests: 0,
  retried: 0,
};

/** The ledger of one run. */
export class SendLedger {
  private sent: number;
  private accepted: number;
  private duplicates: number;
  private rejected: number;
  private refused: number;
  private requests: number;
  private retried: number;

  /** Goes on from the figures of an earlier part of the run. */
  constructor(before: SendFigures = NOTHING_SENT) {
    this.sent = before.sent;
    this.accepted = before.accepted;
    this.duplicates = before.duplicates;
    this.rejected = before.rejected;
    this.refused = before.refused;
    this.requests = before.requests;
    this.retried = before.retried;
  }

  /**
   * Counts an answered request of `lines` lines.
   * A replayed answer says that the same was sent before. Where an earlier attempt of this request may have arrived, that was it:
   * its lines count as the answer says, and the repeated ones as duplicates, as the receiver counts them. Otherwise it was
   * another request or run, and all are duplicates.
   */
  answered(
    lines: number,
    answer: IngestAnswer,
    attempt: { readonly mayHaveArrived: boolean; readonly replayed: boolean },
  ): void {
    this.requests += 1;
    if (attempt.replayed) {
      this.sent += lines;
      this.duplicates += lines;
      if (!attempt.mayHaveArrived) return;
    }
    this.sent += lines;
    this.accepted += answer.accepted;
    this.duplicates += answer.duplicates;
    this.rejected += answer.rejected;
  }

  /** Counts a request that was refused as a whole or given up on. */
  gaveUp(lines: number): void {
    this.requests += 1;
    this.sent += lines;
    this.refused += lines;
  }

  resent(): void {
    this.retried += 1;
  }

  figures(): SendFigures {
    const { sent, accepted, duplicates, rejected, refused, requests, retried } = this;
    return { sent, accepted, duplicates, rejected, refused, requests, retried };
  }
}
