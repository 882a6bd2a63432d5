import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PROBLEMS } from './problem-catalogue';

/** Serves the OpenAPI document of every controller at `/docs-json` and its browser at `/docs`. Call before `listen`. */
export function serveApiDocs(app: NestFastifyApplication, version: string): void {
  const codes = Object.entries(PROBLEMS).map(
    ([code, [status, title]]) => `| \`${code}\` | ${status} | ${title} |`,
  );
  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setTitle('Watchfloor')
      .setVersion(version)
      .setDescription(
        `A real-time event pipeline that you can watch. Every error is \`application/problem+json\`:\n\n| code | status | title |\n| --- | --- | --- |\n${codes.join('\n')}`,
      )
      .build(),
  );
  SwaggerModule.setup('docs', app, document, { customSiteTitle: 'Watchfloor API' });
}
