import { Type, type Static } from '@sinclair/typebox';
import { SEVERITY_LEVELS } from './severity';

/** One detection rule, `GET /rules`. */
export const RuleSummarySchema = Type.Object({
  id: Type.String(),
  description: Type.String(),
  severity: Type.Union(SEVERITY_LEVELS.map((level) => Type.Literal(level))),
  /** ATT&CK techniques and tactics that it claims to see, by id. */
  technique: Type.Array(Type.String()),
  tactic: Type.Array(Type.String()),
  /** Names of public rules with the same meaning. */
  aliases: Type.Array(Type.String()),
  /** How it decides: a bucket, a threshold, a sequence and so on. */
  kind: Type.String(),
  /** The fields whose values it keeps apart. */
  key: Type.Array(Type.String()),
  /** Whose addresses stand for the attack in an export of its alerts. */
  indicates: Type.Optional(
    Type.Union([Type.Literal('source'), Type.Literal('target'), Type.Literal('none')]),
  ),
  references: Type.Array(Type.String()),
  falsePositives: Type.Array(Type.String()),
});

export type RuleSummary = Static<typeof RuleSummarySchema>;

/** `GET /rules`: all of them. */
export const RuleListSchema = Type.Object({ items: Type.Array(RuleSummarySchema), next: Type.Null() });

export type RuleList = Static<typeof RuleListSchema>;
