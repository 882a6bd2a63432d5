/** When something is to be done without an event: a window ends, an alert has been silent. Event time in ms. */
export class Agenda {
  /** Nothing is due before this. */
  next = Number.POSITIVE_INFINITY;

  note(at: number): void {
    if (at < this.next) this.next = at;
  }
}
