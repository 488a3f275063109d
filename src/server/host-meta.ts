// XEP-0156: Discovering Alternative XMPP Connection Methods, version 1.4.0
// Source: https://xmpp.org/extensions/xep-0156.html
import { type FastifyInstance } from 'fastify'

const relation = 'urn:xmpp:alt-connections:websocket'

/**
 * host-meta in both formats, for any web page that asks (section 3: CORS). The address of the WebSocket is all that the XEP has
 * a relation for and that we have; direct TLS is found by SRV records (XEP-0368).
 */
export function addHostMeta(app: FastifyInstance, webSocketUrl: string): void {
  const href = webSocketUrl.replaceAll('&', '&amp;').replaceAll("'", '&apos;')
  const xml = `<?xml version='1.0' encoding='utf-8'?>
<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>
  <Link rel='${relation}' href='${href.replaceAll('<', '&lt;')}'/>
</XRD>
`
  const json = JSON.stringify({ links: [{ rel: relation, href: webSocketUrl }] })
  const documents = [
    ['/.well-known/host-meta', 'application/xrd+xml; charset=utf-8', xml],
    ['/.well-known/host-meta.json', 'application/json; charset=utf-8', json],
  ] as const
  for (const [path, type, text] of documents)
    app.get(path, async (_request, reply) => {
      return await reply.type(type).header('access-control-allow-origin', '*').send(text)
    })
}
