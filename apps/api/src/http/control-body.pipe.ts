import type { PipeTransform, Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import type { BodyRules } from './body-rules';
import { parseControlBody } from './parse-json';
import { RequestProblem } from './problem';

/** Rules of a route whose JSON may hold a whole log line: it comes as bytes, for the pipe to parse. */
export const LINE_BODY: BodyRules = { accepts: ['application/json'] };

/** A line of 64 KiB with every character escaped, and what stands around it. */
export const LINE_BODY_BYTES = 6 * 65_536 + 1_024;

/**
 * Turns the body of a control request into its class, or refuses it. Takes what is parsed already and, on routes that
 * set their own `accepts`, the bytes.
 */
export class ControlBodyPipe<Body extends object> implements PipeTransform<unknown, Promise<Body>> {
  /** @param mostBytes bound of bodies that come as bytes */
  constructor(
    private readonly type: Type<Body>,
    private readonly mostBytes?: number,
  ) {}

  async transform(given: unknown): Promise<Body> {
    const value = given instanceof Uint8Array ? this.#parse(given) : (given ?? {});
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new RequestProblem('invalid_shape', { detail: 'the body is one JSON object' });
    const body = plainToInstance(this.type, value);
    const [error] = await validate(body, { whitelist: true, forbidNonWhitelisted: true });
    if (error) throw new RequestProblem('invalid_field', { detail: detailOf(error) });
    return body;
  }

  #parse(bytes: Uint8Array): unknown {
    const parsed = parseControlBody(bytes, this.mostBytes);
    if ('refused' in parsed) throw new RequestProblem(parsed.refused);
    return parsed.value;
  }
}

/** Names a field only where it is ours: an unknown name is the sender's and is not repeated. */
function detailOf({ constraints = {} }: ValidationError): string {
  if ('whitelistValidation' in constraints) return 'a field is not known here';
  return Object.values(constraints)[0] ?? 'a field is not valid';
}
