import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { httpScene } from '../../../test/support/api-http.ts'
import { routes } from './admin.ts'
import { openApiOf, operationId } from './openapi.ts'

test('the description of the API is OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate({ ...openApiOf(routes, '/api') })
  assert.deepEqual(errors ?? [], [])
  assert.equal(valid, true)
})

test('each route is in it, under a name of its own, with what it takes and answers', () => {
  const names = routes.map(operationId)
  assert.equal(new Set(names).size, routes.length)
  const text = JSON.stringify(openApiOf(routes, '/api'))
  for (const name of names) assert.match(text, new RegExp(`"operationId":"${name}"`))
  for (const { summary } of routes) assert.match(summary, /^[A-Z].*\.$/)
})

test('description and page are there for everybody, and the page loads nothing', async (t) => {
  const { ask } = await httpScene(t, {})
  const description = await ask({ method: 'GET', path: '/openapi.json' })
  assert.equal(description.body['openapi'], '3.1.0')
  const page = await ask({ method: 'GET', path: '/' })
  assert.match(String(page.headers['content-type']), /^text\/html/)
  const policy = String(page.headers['content-security-policy'])
  assert.match(
    policy,
    /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; frame-ancestors 'none'/,
  )
})
