import { LiveClient, type OutgoingSocket, SLOW_ABOVE_BYTES } from './live-client';

/** A socket whose reader takes everything, or nothing when `stuck`. */
class TestSocket implements OutgoingSocket {
  bufferedAmount = 0;
  terminated = false;
  readonly sent: string[] = [];

  stuck(): void {
    this.bufferedAmount = SLOW_ABOVE_BYTES;
  }

  reads(): void {
    this.bufferedAmount = 0;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  terminate(): void {
    this.terminated = true;
  }
}

let socket: TestSocket;
let client: LiveClient;

beforeEach(() => {
  socket = new TestSocket();
  client = new LiveClient(socket, 0);
  client.inStep = true;
});

describe('a client that keeps up', () => {
  it('gets every frame and stays in step', () => {
    expect(client.offer('a', 0)).toBe(true);
    expect(client.offer('b', 200)).toBe(true);
    expect(socket.sent).toEqual(['a', 'b']);
    expect(client).toMatchObject({ inStep: true, skipped: 0 });
  });

  it('gets a frame that just fits and not one byte more', () => {
    socket.bufferedAmount = SLOW_ABOVE_BYTES - 3;
    expect(client.offer('abc', 0)).toBe(true);
    expect(client.offer('abcd', 0)).toBe(false);
  });
});

describe('a slow client', () => {
  it('skips frames and is out of step, with nothing queued for it', () => {
    socket.stuck();
    expect(client.offer('a', 0)).toBe(false);
    expect(client.offer('b', 200)).toBe(false);
    socket.reads();
    expect(client.offer('c', 400)).toBe(true);
    expect(socket.sent).toEqual(['c']);
    expect(client).toMatchObject({ inStep: false, skipped: 2 });
  });

  it('is cut off once it has been slow for two seconds, not before', () => {
    socket.stuck();
    client.offer('a', 10_000);
    client.offer('b', 11_999);
    expect(socket.terminated).toBe(false);
    client.offer('c', 12_000);
    expect(socket.terminated).toBe(true);
  });

  it('has two seconds again after it has caught up', () => {
    socket.stuck();
    client.offer('a', 0);
    socket.reads();
    client.offer('b', 1_500);
    socket.stuck();
    client.offer('c', 2_500);
    client.offer('d', 4_400);
    expect(socket.terminated).toBe(false);
  });
});

describe('what a client says', () => {
  it('is read up to twenty messages a second', () => {
    const heard = Array.from({ length: 22 }, (_, i) => client.mayTalk(5_000 + i));
    expect(heard.filter(Boolean)).toHaveLength(20);
    expect(heard.slice(20)).toEqual([false, false]);
  });

  it('is read again in the next second', () => {
    for (let i = 0; i < 30; i++) client.mayTalk(5_000);
    expect(client.mayTalk(5_999)).toBe(false);
    expect(client.mayTalk(6_000)).toBe(true);
  });
});

it('looks at the last five minutes of the live timeline until it asks for something else', () => {
  expect(client.view).toBe('live/5m');
  client.timeline = 'case-1';
  client.window = '1h';
  expect(client.view).toBe('case-1/1h');
});
