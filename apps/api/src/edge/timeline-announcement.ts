import { IsIn } from 'class-validator';

export const PRODUCER_STATES = ['open', 'ended'] as const;

export type ProducerState = (typeof PRODUCER_STATES)[number];

/** The body of `PUT /timelines/{name}`. */
export class TimelineAnnouncement {
  /** `open`: more will come, wait for it up to 10 minutes. `ended`: everything was sent. */
  @IsIn(PRODUCER_STATES)
  state: ProducerState | '' = '';
}
