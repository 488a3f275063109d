// A client that is made of nothing but what /api/openapi.json says: a function for each operation, under the operation's name.
import { z } from 'zod'

export type Call = {
  /** Parameters by name, wherever the description puts them. */
  readonly at?: { readonly [name: string]: string | number }
  readonly body?: object
}

/** @throws {Error} when the description has no such operation or parameter, or the answer is none that it describes */
export type GeneratedClient = (operation: string, call?: Call) => Promise<Told>

export type Told = { readonly status: number; readonly body: { readonly [name: string]: unknown } }

const anySchema = z.record(z.string(), z.unknown())
const content = z.record(z.string(), z.looseObject({ schema: anySchema }))

const operation = z.looseObject({
  operationId: z.string(),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.enum(['path', 'query']) }))
    .default([]),
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(z.string(), z.looseObject({ content })),
})

const description = z.looseObject({
  servers: z.array(z.looseObject({ url: z.string() })).min(1),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), anySchema) }),
})

type Description = z.infer<typeof description>
type Operation = z.infer<typeof operation> & { readonly method: string; readonly path: string }

/** @param origin such as `http://127.0.0.1:8080` */
export async function generateClient(origin: string, token: string): Promise<GeneratedClient> {
  const answer = await fetch(`${origin}/api/openapi.json`)
  const described = description.parse(await answer.json())
  const operations = operationsIn(described)
  const base = `${origin}${described.servers[0]?.url ?? ''}`
  return async (name, { at = {}, body } = {}) => {
    const asked = operations.get(name)
    if (!asked) throw new Error(`there is no operation ${name}`)
    const given = await fetch(`${base}${pathOf(asked, at)}`, {
      method: asked.method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const told = anySchema.parse(await given.json())
    answerShape(asked, given, described).parse(told)
    return { status: given.status, body: told }
  }
}

function operationsIn({ paths }: Description): ReadonlyMap<string, Operation> {
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, one]) => [
        one.operationId,
        { ...one, method: method.toUpperCase(), path },
      ]),
    ),
  )
}

function pathOf({ path, parameters }: Operation, at: NonNullable<Call['at']>): string {
  const query = new URLSearchParams()
  let filled = path
  for (const [name, value] of Object.entries(at)) {
    const place = parameters.find((one) => one.name === name)?.in
    if (place === undefined) throw new Error(`${path} has no parameter ${name}`)
    if (place === 'query') query.set(name, String(value))
    else filled = filled.replace(`{${name}}`, encodeURIComponent(value))
  }
  return query.size === 0 ? filled : `${filled}?${query.toString()}`
}

/** Of this status, or of its class, or of all others: https://spec.openapis.org/oas/v3.1.1#responses-object */
function answerShape(
  { responses }: Operation,
  { status, headers }: Response,
  { components }: Description,
): z.ZodType {
  const [type = ''] = (headers.get('content-type') ?? '').split(';')
  const response = responses[status] ?? responses[`${String(status)[0]}XX`] ?? responses['default']
  const schema = response?.content[type]?.schema
  if (!schema) throw new Error(`nothing is said of an answer ${status} of ${type}`)
  const named = /^#\/components\/schemas\/(\w+)$/.exec(z.string().catch('').parse(schema['$ref']))
  return z.fromJSONSchema(components.schemas[named?.[1] ?? ''] ?? schema)
}
