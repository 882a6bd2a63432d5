const { readFile } = require('node:fs/promises');
const { transform } = require('@swc/core');

/**
 * esbuild emits no decorator metadata, so constructor injection by type would break.
 * Files that contain a decorator go through SWC first; every other file keeps esbuild's fast path.
 */
const decoratorMetadata = {
  name: 'decorator-metadata',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (path.includes('node_modules')) return undefined;
      const source = await readFile(path, 'utf8');
      if (!/^\s*@[A-Z]\w*\(/m.test(source)) return undefined;
      const { code } = await transform(source, {
        filename: path,
        swcrc: false,
        configFile: false,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
      });
      return { contents: code, loader: 'js' };
    });
  },
};

module.exports = {
  plugins: [decoratorMetadata],
  loader: { '.lua': 'text', '.yaml': 'text' },
  // Plain .js beside package.json's "type": "commonjs"; the default would be .cjs.
  outExtension: { '.js': '.js' },
};
