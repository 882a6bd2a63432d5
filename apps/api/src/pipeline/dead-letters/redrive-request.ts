import { IsOptional, IsString, MaxLength } from 'class-validator';
import { LONGEST_LINE } from '../ingest/normalise';

/** The body of `POST /dead-letters/{id}/redrive`. */
export class RedriveRequest {
  /** Text that takes the place of the kept one: one line for ingest, an event as JSON for the later stages. */
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_LINE)
  raw?: string;
}
