import { hash } from 'node:crypto'
import { conform } from './conform.ts'
import { NS_INFO, NS_ITEMS, publish, x } from './pubsub-words.ts'

const document = 'XEP-0115 (1.6.0)'
const caps = 'http://jabber.org/protocol/caps'
const exodus = `<c xmlns='${caps}' hash='sha-1' node='http://code.google.com/p/exodus' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>`

/** A client of that name wants to be notified of the node `n`; `ver` is right, as section 5.1 has it. */
function client(name: string): { readonly ver: string; readonly info: (ver: string) => string } {
  const features = [NS_INFO, 'n+notify']
  const text = `client/pc//${name}<${features.map((feature) => `${feature}<`).join('')}`
  return {
    ver: hash('sha1', text, 'base64'),
    info: (ver) =>
      `<query xmlns='${NS_INFO}' node='urn:example:client#${ver}'><identity category='client' type='pc' name='${name}'/>${features.map((feature) => `<feature var='${feature}'/>`).join('')}</query>`,
  }
}

const here = (ver: string): string =>
  `<presence><c xmlns='${caps}' hash='sha-1' node='urn:example:client' ver='${ver}'/></presence>`
const asked = (ver: string): string =>
  `<iq type='get' id='{=caps}' from='{=asker}'><query xmlns='${NS_INFO}' node='urn:example:client#${ver}'/></iq>`

const honest = client('Honest 1')
const other = client('Other 1')
const wrong = 'q07IKJEyjvHSyhy//CH0CxmKi8w='

conform(document, 'the server as one that asks', [
  {
    at: '5.4',
    says: 'If the values of the received and reconstructed hashes match, the processing application MUST consider the result to be valid and SHOULD globally cache the result for all JabberIDs with which it communicates.',
    that: 'the second client with it is not asked, and is notified',
    script: `
      there: ann connected, bo connected
      ann > ${here(honest.ver)}
      ann < ${asked(honest.ver)}
      ann > <iq type='result' id='{caps}' to='{asker}'>${honest.info(honest.ver)}</iq>
      all is read
      bo > ${here(honest.ver)}
      bo !< <iq type='get'/>
      bo does: ${publish('n', 'i', 'one')}
      bo < <message from='{bo}'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='n'><item id='i'>${x('one')}</item></items></event></message>
    `,
  },
  {
    at: '5.4',
    says: 'If the values of the received and reconstructed hashes do not match, the processing application MUST consider the result to be invalid and MUST NOT globally cache the verification string; however, it SHOULD check the service discovery identity and supported features of another generating entity who advertises that value.',
    that: 'the second one is asked',
    script: `
      there: ann connected, bo connected
      ann > ${here(wrong)}
      ann < ${asked(wrong)}
      ann > <iq type='result' id='{caps}' to='{asker}'>${other.info(wrong)}</iq>
      all is read
      bo > ${here(wrong)}
      bo < ${asked(wrong)}
    `,
  },
  {
    at: '6.2',
    says: `The value of the 'to' attribute MUST be the exact JID of the generating entity, which in the case of a client will be the full JID […]. […] The disco 'node' attribute MUST be included for backwards-compatibility.`,
    script: `
      there: ann connected
      ann > ${here('AAAAAAAAAAAAAAAAAAAAAAAAAAA=')}
      ann < <iq type='get' to='{ann/desk}'><query xmlns='${NS_INFO}' node='urn:example:client#AAAAAAAAAAAAAAAAAAAAAAAAAAA='/></iq>
    `,
  },
])

conform(document, 'advertising', [
  {
    at: '6.1',
    says: `Each time a generating entity sends presence, it annotates that presence with an entity identifier ('node' attribute) and identity and feature identifier ('ver' attribute).`,
    that: 'contacts see it as it is, at once and when they come later',
    script: `
      there: ann, bo, ann=bo
      ann > <presence>${exodus}</presence>
      bo < <presence from='{ann/desk}'>${exodus}</presence>
      bo/pad arrives
      bo/pad < <presence from='{ann/desk}'>${exodus}</presence>
    `,
  },
  {
    at: '6.3',
    says: 'A server MAY include its entity capabilities in a stream feature element so that connecting clients and peer servers do not need to send service discovery requests each time they connect.',
    that: 'and answers for the node that they name',
    script: `
      there: bo
      account: ann
      wire w
      w signs in as ann
      w < <features xmlns='http://etherx.jabber.org/streams'><c xmlns='${caps}' hash='sha-1' node='{=program}' ver='{=ver}'/></features>
      bo gets {domain}: <query xmlns='${NS_INFO}' node='{program}#{ver}'/>
      bo is given <query xmlns='${NS_INFO}' node='{program}#{ver}'><identity category='server' type='im'/><feature var='${NS_INFO}'/></query>
      bo gets {domain}: <query xmlns='${NS_INFO}' node='{program}#other'/>
      bo is refused cancel item-not-found
    `,
  },
  {
    at: '6.3',
    says: `To enable this functionality, a server that advertises support for entity capabilities MUST provide a 'from' address in its response stream headers, in accordance with RFC 6120.`,
    script: `
      wire w
      w opens
      w < <stream xmlns='http://etherx.jabber.org/streams' from='{domain}'/>
    `,
  },
  {
    at: '6.2',
    says: 'Note: The generating entity SHOULD NOT include the "caps node" in the list of entities it returns in its disco#items responses […].',
    script: `
      there: ann
      account: bo
      wire w
      w signs in as bo
      w < <features xmlns='http://etherx.jabber.org/streams'><c xmlns='${caps}' node='{=program}' ver='{=ver}'/></features>
      ann gets {domain}: <query xmlns='${NS_ITEMS}'/>
      ann is given <query xmlns='${NS_ITEMS}'><item jid='{domain}' node='{program}#{ver}'>{none}</item></query>
    `,
  },
  {
    at: '7',
    says: `If an entity supports the entity capabilities protocol, it MUST advertise that fact by returning a feature of '${caps}' in response to a service discovery information request.`,
    script: `
      there: ann
      ann gets {domain}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='${caps}'/></query>
    `,
  },
])
