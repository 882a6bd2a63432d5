import { refuseBody } from './media-type';

const accepted = ['application/json', 'application/x-ndjson'];
const body = { 'content-length': '2' };

describe('refuseBody', () => {
  it.each([
    ['application/json'],
    ['Application/JSON; charset=UTF-8'],
    ['application/json;charset="utf8"'],
    ['application/x-ndjson ; charset=utf-8'],
  ])('lets %s in', (contentType) => {
    expect(refuseBody({ ...body, 'content-type': contentType }, accepted)).toBeUndefined();
  });

  it.each([
    ['text/plain', 'unsupported_media_type'],
    ['application/x-www-form-urlencoded', 'unsupported_media_type'],
    ['application/jsonx', 'unsupported_media_type'],
    ['', 'unsupported_media_type'],
    ['application/json; charset=latin1', 'unsupported_charset'],
    ['application/json; charset=utf-16', 'unsupported_charset'],
    ['application/json; charset=', 'unsupported_charset'],
  ])('refuses %s', (contentType, code) => {
    expect(refuseBody({ ...body, 'content-type': contentType }, accepted)).toBe(code);
  });

  it('refuses a body without a type, but not a request without a body', () => {
    expect(refuseBody(body, accepted)).toBe('unsupported_media_type');
    expect(refuseBody({ 'transfer-encoding': 'chunked' }, accepted)).toBe('unsupported_media_type');
    expect(refuseBody({ 'content-length': '0' }, accepted)).toBeUndefined();
    expect(refuseBody({}, accepted)).toBeUndefined();
  });

  it('refuses an encoded body before its type', () => {
    expect(refuseBody({ ...body, 'content-encoding': 'gzip', 'content-type': 'text/html' }, accepted)).toBe(
      'unsupported_encoding',
    );
    expect(
      refuseBody({ ...body, 'content-encoding': 'identity', 'content-type': 'application/json' }, accepted),
    ).toBeUndefined();
  });
});
