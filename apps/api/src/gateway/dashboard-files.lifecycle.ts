import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { policyWithNonce } from '../http/security-headers';

/** Files whose name carries a hash of their content never change. */
const HASHED = /-[A-Z0-9]{8}\.(js|css|woff2?)$/;

/**
 * Serves the built dashboard at `/`. Its page is written anew for each request, with a nonce for the style elements that
 * Angular adds at run time. Without a build, `/` says how to get one.
 */
export async function serveDashboard(app: NestFastifyApplication, folder: string): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const page = join(folder, 'index.html');
  if (!existsSync(page)) {
    fastify.get('/', (_, reply) => {
      void reply.type('text/plain').send('The dashboard is not built: npx nx build dashboard');
    });
    return;
  }
  const html = readFileSync(page, 'utf8');
  await fastify.register(fastifyStatic, {
    root: folder,
    index: false,
    wildcard: false,
    setHeaders: (reply, path) => {
      void reply.header(
        'cache-control',
        HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  const send = (reply: FastifyReply): void => {
    const nonce = randomBytes(16).toString('base64');
    void reply
      .header('content-security-policy', policyWithNonce(nonce))
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(html.replace('<wf-app', `<wf-app ngCspNonce="${nonce}"`));
  };
  fastify.get('/', (_, reply) => send(reply));
}
