/** Nothing but this host: no inline script, no frame, no form, no plug-in. */
const STRICT = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'manifest-src': "'self'",
  'base-uri': "'self'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
} as const;

/**
 * The Content-Security-Policy of a page. A page whose framework writes style elements at run time (Angular) names
 * its nonce; nothing else loosens the policy.
 */
export function contentSecurityPolicy(styleSource = "'self'"): string {
  return Object.entries({ ...STRICT, 'style-src': styleSource })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ');
}

/** The policy of a page whose style elements carry `nonce`. */
export function policyWithNonce(nonce: string): string {
  return contentSecurityPolicy(`'self' 'nonce-${nonce}'`);
}

const STRICT_POLICY = contentSecurityPolicy();
/** Swagger UI brings its own style element. */
const DOCS_POLICY = contentSecurityPolicy("'self' 'unsafe-inline'");

/** Header fields that every answer carries unless its handler has set them. */
export function securityHeaders(path: string): Readonly<Record<string, string>> {
  const docs = path === '/docs' || path.startsWith('/docs/');
  return {
    'content-security-policy': docs ? DOCS_POLICY : STRICT_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-frame-options': 'DENY',
  };
}
