import { LogLinesPublisher } from './log-lines.publisher';
import { LogReceiver, type Script } from './testing';

const request = (key: string, lines = 3) => ({
  dataset: 'openssh' as const,
  query: { host: 'bastion01' },
  key,
  body: Buffer.from('line\n'.repeat(lines)),
  lines,
});

async function withReceiver(
  script: Script,
  test: (publisher: LogLinesPublisher, receiver: LogReceiver) => Promise<void>,
): Promise<void> {
  const receiver = await LogReceiver.start(script);
  const publisher = new LogLinesPublisher({
    target: receiver.url,
    inFlight: 2,
    timeoutMs: 400,
    giveUpAfterMs: 2_000,
  });
  try {
    await test(publisher, receiver);
  } finally {
    await receiver.stop();
    await publisher.close();
  }
}

describe('LogLinesPublisher', () => {
  it('posts lines to their dataset with host and key', () =>
    withReceiver(
      () => undefined,
      async (publisher, receiver) => {
        const outcome = await publisher.send(request('a'));
        expect(outcome).toMatchObject({ kind: 'answered', answer: { accepted: 3 } });
        expect(receiver.requests[0]).toMatchObject({
          path: '/api/v1/logs/openssh',
          query: { host: 'bastion01' },
          key: 'a',
          lines: ['line', 'line', 'line'],
        });
      },
    ));

  it('waits as long as Retry-After says and sends the same key again after 503', () =>
    withReceiver(
      (index) => (index === 0 ? { kind: 'answer', status: 503, retryAfter: '1' } : undefined),
      async (publisher, receiver) => {
        await publisher.send(request('a'));
        const [first, second] = receiver.requests;
        expect(receiver.requests.map(({ key }) => key)).toEqual(['a', 'a']);
        expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(990);
        expect(publisher.ledger.figures()).toMatchObject({ sent: 3, accepted: 3, retried: 1 });
      },
    ));

  it('counts a request that it sends twice as a duplicate, however often the second is told to wait', () =>
    withReceiver(
      (index) => (index === 1 ? { kind: 'answer', status: 503, retryAfter: '0' } : undefined),
      async (publisher) => {
        await publisher.send(request('a'));
        await publisher.send(request('a'), true);
        expect(publisher.ledger.figures()).toMatchObject({ sent: 6, accepted: 3, duplicates: 3, retried: 1 });
      },
    ));

  it.each([429, 500, 502, 408, 409])('sends the same key again after %i', (status) =>
    withReceiver(
      (index) => (index === 0 ? { kind: 'answer', status } : undefined),
      async (publisher, receiver) => {
        await publisher.send(request('a'));
        expect(receiver.requests.map(({ key }) => key)).toEqual(['a', 'a']);
        expect([...receiver.stored.keys()]).toEqual(['a']);
      },
    ),
  );

  it('counts lines once and their repetition as duplicates when the answer was cut off after storing', () =>
    withReceiver(
      (index) => (index === 0 ? { kind: 'cut', store: true } : undefined),
      async (publisher, receiver) => {
        await publisher.send(request('a'));
        expect(receiver.lines).toHaveLength(3);
        expect(publisher.ledger.figures()).toMatchObject({ sent: 6, accepted: 3, duplicates: 3 });
        expect(receiver.duplicates).toBe(3);
      },
    ));

  it('sends again when the connection was cut before anything was stored', () =>
    withReceiver(
      (index) => (index < 2 ? { kind: 'cut', store: false } : undefined),
      async (publisher) => {
        await publisher.send(request('a'));
        expect(publisher.ledger.figures()).toMatchObject({ sent: 3, accepted: 3, duplicates: 0, retried: 2 });
      },
    ));

  it('sends again when there is no answer in time', () =>
    withReceiver(
      (index) => (index === 0 ? { kind: 'silence' } : undefined),
      async (publisher, receiver) => {
        await publisher.send(request('a'));
        expect(receiver.requests.map(({ key }) => key)).toEqual(['a', 'a']);
      },
    ));

  it.each([400, 413, 415, 422])('does not repeat what is refused for good with %i', (status) =>
    withReceiver(
      () => ({ kind: 'answer', status }),
      async (publisher, receiver) => {
        const outcome = await publisher.send(request('a'));
        expect(outcome).toEqual({ kind: 'refused', status, code: 'scripted' });
        expect(receiver.requests).toHaveLength(1);
        expect(publisher.ledger.figures()).toMatchObject({ sent: 3, refused: 3, accepted: 0 });
      },
    ),
  );

  it('counts the lines as refused when it gives up', () =>
    withReceiver(
      () => ({ kind: 'answer', status: 503, retryAfter: '30' }),
      async (publisher) => {
        const sending = publisher.send(request('a'));
        setImmediate(() => publisher.giveUp());
        expect(await sending).toEqual({ kind: 'refused', status: 503, code: 'gave_up' });
        expect(publisher.ledger.figures()).toMatchObject({ sent: 3, refused: 3 });
      },
    ));

  it('lets no more requests be under way than allowed', () => {
    let underWay = 0;
    return withReceiver(
      () => ({ kind: 'silence' }),
      async (publisher, receiver) => {
        const sends = ['a', 'b'].map((key) => publisher.send(request(key)));
        const third = publisher.capacity().then(() => (underWay = receiver.requests.length));
        publisher.giveUp();
        await Promise.all([...sends, third]);
        expect(underWay).toBe(2);
      },
    );
  });

  it('counts every line of a run that is sent again by another process as a duplicate', () =>
    withReceiver(
      () => undefined,
      async (publisher, receiver) => {
        await publisher.send(request('a'));
        const again = new LogLinesPublisher({
          target: receiver.url,
          inFlight: 1,
          timeoutMs: 400,
          giveUpAfterMs: 1,
        });
        await again.send(request('a'));
        await again.close();
        expect(again.ledger.figures()).toMatchObject({ sent: 3, accepted: 0, duplicates: 3 });
      },
    ));
});
