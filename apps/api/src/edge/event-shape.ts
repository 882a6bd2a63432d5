import { NormalisedEventSchema } from '@watchfloor/contracts';

/** What a place of the normalised event takes, as far as bringing an event into its form needs to know. */
export type Shape =
  | { readonly kind: 'group'; readonly fields: ReadonlyMap<string, Shape> }
  | { readonly kind: 'list' }
  | { readonly kind: 'labels' }
  | { readonly kind: 'scalar' };

export type GroupShape = Extract<Shape, { kind: 'group' }>;

/** The shape of the normalised event, read off its schema. */
export const EVENT_SHAPE: GroupShape = group(NormalisedEventSchema.properties);

function group(properties: Readonly<Record<string, unknown>>): GroupShape {
  return {
    kind: 'group',
    fields: new Map(Object.entries(properties).map(([name, schema]) => [name, shapeOf(schema)])),
  };
}

function shapeOf(schema: unknown): Shape {
  const { type, properties, patternProperties } = schema as {
    type?: string;
    properties?: Record<string, unknown>;
    patternProperties?: unknown;
  };
  if (patternProperties !== undefined) return { kind: 'labels' };
  if (properties !== undefined) return group(properties);
  return { kind: type === 'array' ? 'list' : 'scalar' };
}
