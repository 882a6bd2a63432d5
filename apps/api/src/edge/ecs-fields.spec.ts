import { EcsFlat, EcsVersion } from '@elastic/ecs';
import { ECS_VERSION, NormalisedEventSchema } from '@watchfloor/contracts';
import { ECS, readNames, type EcsName } from './ecs-fields';

function at(path: string): EcsName | undefined {
  return path.split('.').reduce<EcsName | undefined>((name, segment) => name?.below.get(segment), ECS);
}

function leaves(name: EcsName): number {
  return [...name.below.values()].reduce(
    (sum, below) => sum + (below.below.size === 0 ? 1 : leaves(below)),
    0,
  );
}

describe('the names of ECS', () => {
  it('are those that Elastic publishes, and no others', () => {
    const published = Object.keys(EcsFlat);
    expect(EcsVersion).toBe(ECS_VERSION);
    expect(published.filter((field) => at(field) === undefined)).toEqual([]);
    const withoutFieldsBelow = published.filter(
      (field) => !published.some((other) => other.startsWith(`${field}.`)),
    );
    expect(leaves(ECS)).toBe(withoutFieldsBelow.length);
  });

  it('leave free what lies below flattened fields and labels', () => {
    expect(at('labels')?.free).toBe(true);
    expect(at('container.labels')?.free).toBe(true);
    expect(at('source.ip')?.free).toBe(false);
  });

  it('have every group that the schema keeps', () => {
    for (const name of Object.keys(NormalisedEventSchema.properties)) expect(at(name)).toBeDefined();
  });
});

test('readNames reads nested names over line ends', () => {
  const names = readNames('a(b,\nc(d*)),\ne');
  expect([...names.keys()]).toEqual(['a', 'e']);
  expect(names.get('a')?.below.get('c')?.below.get('d')?.free).toBe(true);
});
