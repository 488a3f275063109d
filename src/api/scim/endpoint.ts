import { OperatorError } from '../../base/errors.ts'
import { type Resource } from './show.ts'

/** What there is of one kind. Each throws an {OperatorError}; the code says what becomes of it (`refuse.ts`). */
export type Endpoint = {
  list(query: unknown): Promise<Resource>
  show(id: string): Resource
  add(body: unknown): Promise<Resource>
  replace(id: string, body: unknown): Promise<Resource>
  /** Null: there is nothing to say. */
  change(id: string, body: unknown): Promise<Resource | null>
  remove(id: string): Promise<void>
}

export function bodyIn(body: unknown): Resource {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return Object.fromEntries(Object.entries(body))
  throw new OperatorError('scim.invalidSyntax', 'The body is a resource, as a JSON object.')
}

export function unknownResource(): OperatorError {
  return new OperatorError('scim.unknown', 'There is no resource with that id.')
}
