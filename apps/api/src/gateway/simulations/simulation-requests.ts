import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsNumber, IsOptional, IsString, Matches, Max, Min } from 'class-validator';

const MOST_PER_SECOND = 1_000_000;
const SLOWEST = 0.1;
const LONGEST_SECONDS = 30 * 86_400;
const SPEEDS = { least: 0.01, most: 100_000 } as const;
const SEEDS = { least: -2_147_483_648, most: 2_147_483_647 } as const;
const STATES = ['running', 'paused'] as const;

/** The body of `POST /simulations`. */
export class CreateSimulation {
  @ApiProperty({ type: 'string', description: 'A name of `GET /scenarios`.' })
  @IsString()
  @Matches(/^[a-z][a-z0-9-]{0,62}$/, { message: 'scenario is the name of a scenario' })
  scenario = '';

  @ApiPropertyOptional({
    minimum: SLOWEST,
    maximum: MOST_PER_SECOND,
    description: 'Default: as the scenario says.',
  })
  @IsOptional()
  @IsNumber()
  @Min(SLOWEST)
  @Max(MOST_PER_SECOND)
  ratePerSecond?: number;

  @ApiPropertyOptional({
    minimum: 1,
    maximum: LONGEST_SECONDS,
    description: 'Of event time. Without it the scenario repeats until the simulation is deleted.',
  })
  @IsOptional()
  @IsNumber()
  @Min(1)
  @Max(LONGEST_SECONDS)
  durationSeconds?: number;

  @ApiPropertyOptional({ type: 'integer', default: 1 })
  @IsOptional()
  @IsInt()
  @Min(SEEDS.least)
  @Max(SEEDS.most)
  seed?: number;

  @ApiPropertyOptional({
    minimum: SPEEDS.least,
    maximum: SPEEDS.most,
    default: 1,
    description: 'How much faster than time; above 1 it needs durationSeconds.',
  })
  @IsOptional()
  @IsNumber()
  @Min(SPEEDS.least)
  @Max(SPEEDS.most)
  speed?: number;

  @ApiPropertyOptional({
    default: 'live',
    description:
      'Where its lines go. What lies behind the live events is not judged there, so a fast run needs its own.',
  })
  @IsOptional()
  @IsString()
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/, { message: 'timeline is the name of a timeline' })
  timeline?: string;
}

/** The body of `PATCH /simulations/{id}`. */
export class ChangeSimulation {
  @ApiPropertyOptional({ enum: STATES })
  @IsOptional()
  @IsIn(STATES)
  state?: (typeof STATES)[number];

  @ApiPropertyOptional({ minimum: SLOWEST, maximum: MOST_PER_SECOND })
  @IsOptional()
  @IsNumber()
  @Min(SLOWEST)
  @Max(MOST_PER_SECOND)
  ratePerSecond?: number;
}
