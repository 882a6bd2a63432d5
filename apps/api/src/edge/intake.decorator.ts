import { RouteConfig } from '@nestjs/platform-fastify';
import type { BodyRules } from '../http/body-rules';

/** The configuration of a route that takes events: it reads its bytes itself, is shed under load and counts refusals. */
export interface IntakeRules extends BodyRules {
  readonly intake: true;
}

/** Marks a route that takes events in these media types. */
export function Intake(...accepts: string[]): MethodDecorator {
  const rules: IntakeRules = { accepts, intake: true };
  return RouteConfig(rules);
}

/** Whether a route's configuration is that of `Intake`. */
export function isIntake(config: unknown): boolean {
  return typeof config === 'object' && config !== null && 'intake' in config;
}
