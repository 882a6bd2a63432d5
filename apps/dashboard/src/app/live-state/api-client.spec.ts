/** @jest-environment node */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Type } from '@sinclair/typebox';
import { ask } from './api-client';

const Schema = Type.Object({ count: Type.Integer() });

let server: Server;
let url: string;
let answer: RequestListener;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(() => server.close());

const says =
  (status: number, body: unknown): RequestListener =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

describe('a request to the api', () => {
  it('gives the answer when it is what the contract says', async () => {
    answer = says(200, { count: 3 });
    expect(await ask(url, Schema)).toEqual({ kind: 'answered', answer: { count: 3 } });
  });

  it('takes an answer that is something else for none', async () => {
    answer = says(200, { count: 'three' });
    expect(await ask(url, Schema)).toEqual({ kind: 'unreachable' });
  });

  it('gives the sentence of a refusal', async () => {
    answer = says(412, { status: 412, code: 'stale', title: 'It has changed', requestId: 'r' });
    expect(await ask(url, Schema)).toEqual({ kind: 'refused', status: 412, title: 'It has changed' });
  });

  it('has words for a refusal that gives none', async () => {
    answer = (_, response) => void response.writeHead(502).end('<html>');
    expect(await ask(url, Schema)).toEqual({
      kind: 'refused',
      status: 502,
      title: 'The server answers 502',
    });
  });

  it('says the version that a change is meant for', async () => {
    let heard: IncomingMessage['headers'] = {};
    answer = (request, response) => {
      heard = request.headers;
      says(200, { count: 1 })(request, response);
    };
    await ask(url, Schema, { method: 'PATCH', body: {}, ifMatch: 7 });
    expect(heard['if-match']).toBe('"7"');
  });

  it('is unreachable where nobody answers', async () => {
    expect(await ask('http://127.0.0.1:1/', Schema)).toEqual({ kind: 'unreachable' });
  });
});
