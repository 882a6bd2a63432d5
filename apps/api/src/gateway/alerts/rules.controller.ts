import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type RuleList, RuleListSchema, type RuleSummary } from '@watchfloor/contracts';
import { openApiSchema } from '../../http/openapi-schema';
import { readRules } from '../../pipeline/detection/read-rules';
import { builtInRules, readRuleFiles } from '../../pipeline/detection/rule-files.store';
import type { RuleSpec } from '../../pipeline/detection/rule-schema';

/** `GET /rules`: what detection looks for, as the rule files say it. */
@ApiTags('alerts')
@Controller('rules')
export class RulesController {
  readonly #rules = readRules(readRuleFiles(builtInRules())).rules.map(({ spec }) => toSummary(spec));

  @Get()
  @ApiOperation({ summary: 'The detection rules, with what they mean and when they are wrong' })
  @ApiOkResponse({ schema: openApiSchema(RuleListSchema) })
  list(): RuleList {
    return { items: this.#rules, next: null };
  }
}

function toSummary(spec: RuleSpec): RuleSummary {
  const { id, description, severity, technique, tactic, aliases = [], kind, key } = spec;
  return {
    id,
    description,
    severity,
    technique,
    tactic,
    aliases,
    kind,
    key: typeof key === 'string' ? [key] : key,
    references: spec.references,
    falsePositives: spec.falsePositives,
  };
}
