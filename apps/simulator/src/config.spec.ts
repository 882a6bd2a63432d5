import { ConfigError, readConfig } from './config';

describe('readConfig', () => {
  it('sends to the api of this machine unless told otherwise', () => {
    expect(readConfig({})).toMatchObject({ target: 'http://127.0.0.1:3000', controlPort: 3001, demo: true });
    expect(readConfig({ PORT: '8080' }).target).toBe('http://127.0.0.1:8080');
    expect(readConfig({ SIMULATOR_TARGET: 'http://lab', PORT: '1' }).target).toBe('http://lab');
  });

  it('reads the allow list', () => {
    expect(readConfig({ SIMULATOR_ALLOW_HOSTS: 'a.example, b.example' }).allowedHosts).toEqual([
      'a.example',
      'b.example',
    ]);
  });

  it('reports every problem at once', () => {
    const read = () => readConfig({ PORT: 'http', SIMULATOR_DEMO: 'maybe', LOG_LEVEL: 'loud' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/PORT[^]*SIMULATOR_DEMO[^]*LOG_LEVEL/);
  });
});
