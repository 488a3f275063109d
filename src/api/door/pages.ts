// What the API is, to be read: /api for people, /api/openapi.json for programs.
import { type FastifyInstance } from 'fastify'
import { createHash } from 'node:crypto'
import { type Permission, permissions } from '../../directory/permissions.ts'
import { openApiOf } from './openapi.ts'
import { type Route } from './route.ts'

/** Nobody has to be signed in: it is the same at every company. */
export function addPages(scope: FastifyInstance, routes: readonly Route[]): void {
  const description = JSON.stringify(openApiOf(routes, scope.prefix))
  const page = pageOf(routes, scope.prefix)
  scope.get(
    '/openapi.json',
    async (_request, reply) =>
      await reply.type('application/json; charset=utf-8').send(description),
  )
  scope.get(
    '/',
    async (_request, reply) =>
      await reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', policy)
        .send(page),
  )
}

const style = `
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 2.5rem }
table { border-collapse: collapse; width: 100% }
td { border-top: 1px solid #8884; padding: .4rem .6rem .4rem 0; vertical-align: top }
td:first-child { width: 45%; overflow-wrap: anywhere }
small { opacity: .75 }
`

const hash = createHash('sha256').update(style).digest('base64')
const policy = `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`

function pageOf(routes: readonly Route[], base: string): string {
  const groups = Map.groupBy(routes, ({ path }) => path.split('/')[2] ?? '')
  const parts = [...groups].map(
    ([name, own]) =>
      `<h2>${escaped(name)}</h2>\n<table>\n${own.map((one) => rowOf(one, base)).join('\n')}\n</table>`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The API of Onrecord</title>
<style>${style}</style>
<h1>The API of Onrecord</h1>
<p>Programs send a token: <code>curl -H 'authorization: Bearer onr_…' ADDRESS${base}/v1/self</code>.
Shapes are in <a href="${base}/openapi.json">openapi.json</a>. What is refused comes as problem+json (RFC 9457) with a code that stays and a sentence that says what to do.</p>
${parts.join('\n')}
</html>
`
}

function rowOf({ method, path, summary, permission }: Route, base: string): string {
  const needed: Permission = permissions[permission]
  const who = needed.open ? 'everybody' : needed.roles.join(', ') || "the machine's command line"
  return `<tr><td><code>${method} ${escaped(base + path)}</code><td>${escaped(summary)}<br><small>${escaped(permission)}: ${escaped(who)}</small>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
