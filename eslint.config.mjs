import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import angular from '@angular-eslint/eslint-plugin';
import angularTemplate from '@angular-eslint/eslint-plugin-template';
import templateParser from '@angular-eslint/template-parser';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Files whose role suffix says that they touch the outside world; every other file of a stage is pure. */
const roles =
  '{processor,consumer,publisher,store,controller,gateway,lifecycle,thread,module,filter,guard,interceptor,spec,redis.spec,command,probe}';

const outsideWorld = {
  paths: ['bullmq', 'ioredis', 'fastify', 'undici', 'ws'].map((name) => ({
    name,
    message: 'A file without a role suffix is pure.',
  })),
  patterns: [
    {
      group: ['@nestjs/*', 'node:*', '@watchfloor/redis*'],
      message: 'A file without a role suffix is pure.',
    },
  ],
};

export default tseslint.config(
  {
    ignores: [
      '**/dist',
      '**/node_modules',
      '**/.angular',
      '**/.nx',
      '**/coverage',
      '**/test-results',
      '**/*.cjs',
      'tmp',
      '.watchfloor',
    ],
  },
  { files: ['**/*.ts', '**/*.mjs'], ...js.configs.recommended },
  ...tseslint.configs.recommended.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'off',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
      ],
      eqeqeq: 'error',
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: true,
          allowCircularSelfDependency: false,
          allow: [],
          depConstraints: [
            {
              sourceTag: 'type:app',
              onlyDependOnLibsWithTags: ['type:infra', 'type:domain', 'type:contracts'],
            },
            { sourceTag: 'type:e2e', onlyDependOnLibsWithTags: ['type:infra', 'type:contracts'] },
            { sourceTag: 'type:infra', onlyDependOnLibsWithTags: ['type:infra', 'type:contracts'] },
            {
              sourceTag: 'type:domain',
              onlyDependOnLibsWithTags: ['type:domain', 'type:contracts'],
              allowedExternalImports: ['tslib', 'fast-check'],
            },
            {
              sourceTag: 'type:contracts',
              onlyDependOnLibsWithTags: ['type:contracts'],
              allowedExternalImports: ['@sinclair/typebox', '@sinclair/typebox/*', 'tslib', 'fast-check'],
            },
            {
              sourceTag: 'platform:browser',
              onlyDependOnLibsWithTags: ['platform:browser', 'platform:any'],
              bannedExternalImports: ['@nestjs/*', 'bullmq', 'ioredis'],
            },
            {
              sourceTag: 'platform:node',
              onlyDependOnLibsWithTags: ['platform:node', 'platform:any'],
              bannedExternalImports: ['@angular/*', 'leaflet'],
            },
            { sourceTag: 'platform:any', onlyDependOnLibsWithTags: ['platform:any'] },
          ],
        },
      ],
    },
  },
  {
    files: [
      '**/config.ts',
      'apps/*-e2e/**/*.ts',
      '**/*.spec.ts',
      '**/testing.ts',
      'apps/api/src/cli/**/*.ts',
      'tools/**',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['apps/api/src/pipeline/**/*.ts', 'apps/simulator/src/generation/**/*.ts'],
    ignores: [`**/*.${roles}.ts`, '**/testing.ts'],
    rules: { 'no-restricted-imports': ['error', outsideWorld] },
  },
  {
    files: ['apps/dashboard/src/**/*.ts'],
    ignores: ['apps/dashboard/src/app/threat-map/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [{ name: 'leaflet', message: 'Only threat-map/ knows Leaflet.' }],
          patterns: [{ group: ['@bluehalo/*', 'leaflet/*'], message: 'Only threat-map/ knows Leaflet.' }],
        },
      ],
    },
  },
  {
    files: ['apps/dashboard/src/**/*.ts'],
    plugins: { '@angular-eslint': angular },
    rules: { ...angular.configs.recommended.rules },
  },
  {
    files: ['apps/dashboard/src/**/*.html'],
    languageOptions: { parser: templateParser },
    plugins: { '@angular-eslint/template': angularTemplate },
    rules: { ...angularTemplate.configs.recommended.rules, ...angularTemplate.configs.accessibility?.rules },
  },
  prettier,
);
