import { z } from 'zod'
import { Secret } from '../base/secret.ts'
import { roles } from '../directory/roles.ts'
import { nothing, route } from './route.ts'
import { password } from './set-password.ts'

const body = z.strictObject({
  address: z.string().min(3).max(3_071),
  password,
  role: z.enum(roles, { error: `is one of ${roles.join(', ')}` }),
})

/** Adds a person who can sign in at once. */
export const addPerson = route({
  method: 'POST',
  path: '/v1/people',
  params: nothing,
  body,
  async handle({ body: { address, password: text, role } }, { directory }) {
    const by = { commandLine: true } as const
    const person = await directory.add({ address, password: new Secret(text), role, by })
    return { status: 201, body: person }
  },
})
