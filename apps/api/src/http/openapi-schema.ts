import { ApiResponse } from '@nestjs/swagger';
import { ProblemSchema } from '@watchfloor/contracts';

/** A schema of ours as OpenAPI takes it: plain JSON Schema, without TypeBox's symbols. */
export function openApiSchema(schema: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(schema)) as Record<string, unknown>;
}

/** Documents one status of a route that is a problem. */
export function ApiProblem(status: number, description: string): MethodDecorator {
  return ApiResponse({
    status,
    description,
    content: { 'application/problem+json': { schema: openApiSchema(ProblemSchema) } },
  });
}
