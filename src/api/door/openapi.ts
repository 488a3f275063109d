// What the API is, for programs: OpenAPI 3.1 of the same table that serves it.
import { z } from 'zod'
import { productVersion } from '../../base/version.ts'
import { permissions, type Permission } from '../../directory/permissions.ts'
import { problem } from '../contract/shared.ts'
import { type Route } from './route.ts'

type Schema = Readonly<{ [name: string]: unknown }>

/** Source: https://spec.openapis.org/oas/v3.1.1 */
export function openApiOf(routes: readonly Route[], base: string): Schema {
  const paths: { [path: string]: { [method: string]: Schema } } = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Onrecord', version: productVersion, license: { name: 'Apache-2.0' } },
    servers: [{ url: base }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: { Problem: shapeOf(problem, 'output') },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'onrecord' },
      },
    },
  }
}

function operationOf(route: Route): Schema {
  const { method, path, summary, permission, shapes } = route
  const needed: Permission = permissions[permission]
  return {
    operationId: operationId(route),
    summary,
    tags: [path.split('/')[2] ?? ''],
    description: needed.open
      ? 'Nobody has to be signed in.'
      : `Takes ${permission}: ${needed.roles.join(', ') || "the machine's own command line"}.`,
    ...(needed.open && { security: [] }),
    parameters: [...parametersOf(shapes.params, 'path'), ...parametersOf(shapes.query, 'query')],
    ...(method !== 'GET' && isAsked(shapes.body) && { requestBody: bodyOf(shapes.body) }),
    responses: {
      '2XX': {
        description: 'Done.',
        content: { [answerType(route)]: { schema: shapeOf(shapes.answer, 'output') } },
      },
      default: {
        description: 'Refused, with one sentence.',
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    },
  }
}

/** Of a stream the shape is that of the data of each event. */
function answerType({ isStream, sends }: Route): string {
  return isStream ? 'text/event-stream' : (sends ?? 'application/json')
}

/** `get_people`, `put_people_address_role`. */
export function operationId({ method, path }: Pick<Route, 'method' | 'path'>): string {
  const words = path.split('/').slice(2)
  return [method.toLowerCase(), ...words].join('_').replaceAll(/[^a-z0-9_]/gi, '')
}

function bodyOf(body: z.ZodType): Schema {
  return { required: true, content: { 'application/json': { schema: shapeOf(body, 'input') } } }
}

function parametersOf(shape: z.ZodType, place: 'path' | 'query'): Schema[] {
  if (!isAsked(shape)) return []
  const { properties, required } = z
    .looseObject({
      properties: z.record(z.string(), z.unknown()).default({}),
      required: z.array(z.string()).default([]),
    })
    .parse(shapeOf(shape, 'input'))
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema,
  }))
}

/** Whether a route looks at it at all. */
function isAsked(shape: z.ZodType): boolean {
  return !(shape instanceof z.ZodUnknown)
}

function shapeOf(shape: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _version, ...schema } = z.toJSONSchema(shape, { io, unrepresentable: 'any' })
  return schema
}
