import { RequestProblem } from '../../http/problem';

/** An entity tag, or a version as it stands in the alert. */
const TAG = /^\s*(?:(W\/)?"([^"]*)"|(\d{1,9}))\s*$/;

/** The entity tag of a version. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/**
 * The versions that an `If-Match` names, as entity tags or bare, `any` for `*`. Weak tags and tags that are no version match nothing (RFC 9110,
 * section 13.1.1).
 * @throws RequestProblem precondition_required when it is absent, invalid_parameter when it is no list of tags
 */
export function expectedVersions(ifMatch: string | undefined): readonly number[] | 'any' {
  if (ifMatch === undefined || ifMatch.trim() === '') {
    throw new RequestProblem('precondition_required', { detail: 'If-Match holds the ETag of the alert' });
  }
  if (ifMatch.trim() === '*') return 'any';
  return ifMatch.split(',').flatMap((part) => {
    const tag = TAG.exec(part);
    if (tag === null) throw new RequestProblem('invalid_parameter', { detail: 'If-Match is no entity tag' });
    const [, weak, quoted, bare] = tag;
    const version = quoted ?? bare ?? '';
    return weak === undefined && /^\d{1,9}$/.test(version) ? [Number(version)] : [];
  });
}
