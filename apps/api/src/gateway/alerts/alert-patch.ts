import { ApiPropertyOptional } from '@nestjs/swagger';
import { ALERT_STATUSES, type AlertStatus } from '@watchfloor/contracts';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsIn, IsString, Length, Matches, ValidateIf } from 'class-validator';
import { RequestProblem } from '../../http/problem';
import { type HandlingChange, WATCHFLOOR } from '../../pipeline/alerts/handling';

/** Names of people: one line, no controls, nothing that changes the direction of what follows. */
const ONE_LINE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u;
const LINES = /^[^\p{Cc}\p{Cf}]*(?:[\t\n\u200d][^\p{Cc}\p{Cf}]*)*$/u;

/** Names that nobody takes for the pipeline's own. */
const OTHERS = new RegExp(`^(?!${WATCHFLOOR}$)`, 'i');

/** Who takes a step that says nothing of it: nobody is signed in, so the name is only what the request claims. */
const SOMEBODY = 'analyst';

const IsAbsentOr = (absent: (value: unknown) => boolean): PropertyDecorator =>
  ValidateIf((_body, value) => !absent(value));
const Trimmed = (): PropertyDecorator =>
  Transform(({ value }: TransformFnParams): unknown =>
    typeof value === 'string' ? value.replaceAll('\r\n', '\n').trim() : value,
  );
const isAbsent = (value: unknown): boolean => value === undefined;

/** The body of `PATCH /alerts/{id}`. */
export class AlertPatch {
  @ApiPropertyOptional({ enum: ALERT_STATUSES })
  @IsAbsentOr(isAbsent)
  @IsIn(ALERT_STATUSES)
  status?: AlertStatus;

  /** null takes the alert from whoever has it. */
  @ApiPropertyOptional({ type: 'string', nullable: true, minLength: 1, maxLength: 64 })
  @Trimmed()
  @IsAbsentOr((value) => value === undefined || value === null)
  @IsString()
  @Length(1, 64)
  @Matches(ONE_LINE, { message: 'assignee is one line of text' })
  assignee?: string | null;

  @ApiPropertyOptional({ type: 'string', minLength: 1, maxLength: 2000 })
  @Trimmed()
  @IsAbsentOr(isAbsent)
  @IsString()
  @Length(1, 2_000)
  @Matches(LINES, { message: 'note is text' })
  note?: string;

  /** Who takes the step, as the request claims; `analyst` when it does not say. */
  @ApiPropertyOptional({ type: 'string', minLength: 1, maxLength: 64, default: SOMEBODY })
  @Trimmed()
  @IsAbsentOr(isAbsent)
  @IsString()
  @Length(1, 64)
  @Matches(ONE_LINE, { message: 'by is one line of text' })
  @Matches(OTHERS, { message: 'by is not the name of the pipeline itself' })
  by?: string;
}

/** The step that a body asks for. @throws RequestProblem invalid_field when it asks for none */
export function stepOf({ status, assignee, note, by = SOMEBODY }: AlertPatch): {
  readonly change: HandlingChange;
  readonly by: string;
} {
  if (status === undefined && assignee === undefined && note === undefined)
    throw new RequestProblem('invalid_field', { detail: 'the body has a status, an assignee or a note' });
  return { change: { status, assignee, note }, by };
}
