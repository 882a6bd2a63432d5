import { applyDecorators } from '@nestjs/common';
import { ApiQuery, ApiResponse } from '@nestjs/swagger';
import { ProblemSchema } from '@watchfloor/contracts';

/** A schema of ours as OpenAPI takes it: plain JSON Schema, without TypeBox's symbols. */
export function openApiSchema(schema: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(schema)) as Record<string, unknown>;
}

/** Documents the parameters of a list that is read in pages. @param most rows of a page at the most */
export function ApiPage(most: number): MethodDecorator {
  return applyDecorators(
    ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: most } }),
    ApiQuery({ name: 'cursor', required: false, description: '`next` of the answer before.' }),
  );
}

/** Documents optional text parameters by name. */
export function ApiTextParameters(descriptions: Readonly<Record<string, string>>): MethodDecorator {
  return applyDecorators(
    ...Object.entries(descriptions).map(([name, description]) =>
      ApiQuery({ name, description, required: false, schema: { type: 'string' } }),
    ),
  );
}

/** Documents one status of a route that is a problem. */
export function ApiProblem(status: number, description: string): MethodDecorator {
  return ApiResponse({
    status,
    description,
    content: { 'application/problem+json': { schema: openApiSchema(ProblemSchema) } },
  });
}
