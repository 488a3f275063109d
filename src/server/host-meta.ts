// XEP-0156: Discovering Alternative XMPP Connection Methods, version 1.4.0
// Source: https://xmpp.org/extensions/xep-0156.html
import { type FastifyInstance } from 'fastify'

type Addresses = { readonly webSocketUrl: string; readonly boshUrl: string }

/**
 * host-meta in both formats, for any web page that asks (section 3: CORS). The XEP has a relation for WebSocket and for BOSH;
 * direct TLS is found by SRV records (XEP-0368).
 */
export function addHostMeta(app: FastifyInstance, { webSocketUrl, boshUrl }: Addresses): void {
  const links = [
    { rel: 'urn:xmpp:alt-connections:websocket', href: webSocketUrl },
    { rel: 'urn:xmpp:alt-connections:xbosh', href: boshUrl },
  ]
  const xml = `<?xml version='1.0' encoding='utf-8'?>
<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>
${links.map(({ rel, href }) => `  <Link rel='${rel}' href='${inAttribute(href)}'/>`).join('\n')}
</XRD>
`
  const json = JSON.stringify({ links })
  const documents = [
    ['/.well-known/host-meta', 'application/xrd+xml; charset=utf-8', xml],
    ['/.well-known/host-meta.json', 'application/json; charset=utf-8', json],
  ] as const
  for (const [path, type, text] of documents)
    app.get(path, async (_request, reply) => {
      return await reply.type(type).header('access-control-allow-origin', '*').send(text)
    })
}

function inAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll("'", '&apos;').replaceAll('<', '&lt;')
}
