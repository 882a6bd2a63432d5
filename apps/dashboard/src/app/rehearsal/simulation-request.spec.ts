import { simulationRequest } from './simulation-request';

const form = (fields: Record<string, string>) => (name: string) => fields[name] ?? '';

describe('the request of a filled form', () => {
  it('has what was filled in', () => {
    const fields = { ratePerSecond: '200', durationSeconds: '60', seed: '-7', speed: '0.5' };
    expect(simulationRequest('demo', form(fields))).toEqual({
      scenario: 'demo',
      ratePerSecond: 200,
      durationSeconds: 60,
      seed: -7,
      speed: 0.5,
    });
  });

  it('leaves to the scenario what was left empty or is no number', () => {
    expect(simulationRequest('demo', form({ ratePerSecond: ' ', seed: 'many' }))).toEqual({
      scenario: 'demo',
    });
  });
});
