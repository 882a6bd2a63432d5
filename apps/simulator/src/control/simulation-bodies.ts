import { IsIn, IsInt, IsNumber, IsOptional, IsString, Matches, Max, Min } from 'class-validator';

const MOST_PER_SECOND = 1_000_000;
const LONGEST_SECONDS = 30 * 86_400;

/** Body of `POST /simulations`. */
export class CreateSimulationBody {
  @IsString()
  @Matches(/^[a-z][a-z0-9-]{0,62}$/)
  scenario = '';

  @IsOptional()
  @IsNumber()
  @Min(0.1)
  @Max(MOST_PER_SECOND)
  ratePerSecond?: number;

  /** Absent goes on until it is stopped. */
  @IsOptional()
  @IsNumber()
  @Min(1)
  @Max(LONGEST_SECONDS)
  durationSeconds?: number;

  @IsOptional()
  @IsInt()
  @Min(-2_147_483_648)
  @Max(2_147_483_647)
  seed?: number;

  @IsOptional()
  @IsNumber()
  @Min(0.01)
  @Max(100_000)
  speed?: number;

  /** Absent: the live timeline. */
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/)
  timeline?: string;
}

/** Body of `PATCH /simulations/{id}`. */
export class ChangeSimulationBody {
  @IsOptional()
  @IsIn(['running', 'paused'])
  state?: 'running' | 'paused';

  @IsOptional()
  @IsNumber()
  @Min(0.1)
  @Max(MOST_PER_SECOND)
  ratePerSecond?: number;
}
