import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type RuleList, RuleListSchema, type RuleSummary } from '@watchfloor/contracts';
import { openApiSchema } from '../../http/openapi-schema';
import { RuleFiles } from '../../pipeline/detection/rule-files.store';
import type { RuleSpec } from '../../pipeline/detection/rule-schema';
import { indicatedBy } from './indicated';

/** `GET /rules`: what detection looks for now, as the rule files say it. */
@ApiTags('alerts')
@Controller('rules')
export class RulesController {
  constructor(private readonly files: RuleFiles) {}

  @Get()
  @ApiOperation({ summary: 'The detection rules, with what they mean and when they are wrong' })
  @ApiOkResponse({ schema: openApiSchema(RuleListSchema) })
  list(): RuleList {
    return { items: this.files.current.rules.map(({ spec }) => toSummary(spec)), next: null };
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
    indicates: indicatedBy(spec),
    references: spec.references,
    falsePositives: spec.falsePositives,
  };
}
