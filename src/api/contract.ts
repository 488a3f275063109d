/** What clients of the API may import: the shapes of bodies and answers. */

export type PersonAnswer = {
  readonly id: string
  readonly address: string
  readonly role: string
  readonly enabled: boolean
}

export type PeopleAnswer = { readonly people: readonly PersonAnswer[] }

/** The answer to what was refused: a stable code, and a sentence that says what to do. */
export type Problem = { readonly code: string; readonly message: string }

/** `/health/ready`: what is missing when it is not 200. */
export type ReadyAnswer =
  | { readonly ready: true }
  | { readonly ready: false; readonly reason: string; readonly text: string }
