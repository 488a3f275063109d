import { conform } from './conform.ts'
import {
  create,
  event,
  item,
  NS_EVENT,
  ofOwner,
  publish,
  subscribe,
  unsupported,
} from './pubsub-words.ts'

const document = 'XEP-0060 (1.30.0)'

const four = `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'max_items=5')}
      ann does: ${publish('n', 'one', '1')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      all is read`

function setSubscriptions(inside: string): string {
  return ofOwner(`<subscriptions node='n'>${inside}</subscriptions>`)
}

function setAffiliations(inside: string): string {
  return ofOwner(`<affiliations node='n'>${inside}</affiliations>`)
}

const askedSubscriptions = ofOwner(`<subscriptions node='n'/>`)
const askedAffiliations = ofOwner(`<affiliations node='n'/>`)
/** An error with what was not changed beside it: sections 8.8.2.4 and 8.9.2.4. */
function unchanged(condition: string, payload: string): string {
  return `<iq type='error'>${payload}<error type='modify'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`
}

conform(document, 'managing subscriptions', [
  {
    at: '8.8.1.2',
    says: 'If no error occurs, the service MUST return the list of subscriptions for entities whose subscription state is "subscribed" or "unconfigured"',
    script: `${four}
      ann gets: ${askedSubscriptions}
      ann is given ${setSubscriptions(`<subscription jid='{bo}' subscription='subscribed' subid='{any}'/>`)}
    `,
  },
  {
    at: '8.8.1.3.2',
    says: 'If the requesting entity is not a node owner, the service MUST return a <forbidden/> error.',
    script: `${four}
      bo gets {ann}: ${askedSubscriptions}
      bo is refused auth forbidden
      bo sets {ann}: ${setSubscriptions(`<subscription jid='{bo}' subscription='none'/>`)}
      bo is refused auth forbidden
    `,
  },
  {
    at: '8.8.1.3.3',
    says: 'If the node does not exist, the service MUST return an <item-not-found/> error.',
    script: `
      there: ann
      ann gets: ${askedSubscriptions}
      ann is refused cancel item-not-found
      ann sets: ${setSubscriptions(`<subscription jid='{ann}' subscription='subscribed'/>`)}
      ann is refused cancel item-not-found
      ann sets: ${setSubscriptions(`<subscription jid='{ann}' subscription='nonsense'/>`)}
      ann is refused cancel item-not-found
    `,
  },
  {
    at: '8.8.2.1',
    says: 'Upon receiving the subscriptions list, the node owner MAY modify subscription states.',
    that: 'and the contact is told',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', '')}
      ann sets: ${setSubscriptions(`<subscription jid='{bo}' subscription='subscribed'/>`)}
      ann is given nothing
      bo < <message from='{ann}' id='{any}'><event xmlns='${NS_EVENT}'><subscription node='n' jid='{bo}' subscription='subscribed'/></event></message>
      ann does: ${publish('n', 'one', '1')}
      bo < ${event('{ann}', `<items node='n'>${item('one', '1')}</items>`)}
    `,
  },
  {
    at: '8.8.2.1',
    says: "If the 'subscription' attribute is not specified in a modification request, then the value MUST NOT be changed.",
    script: `${four}
      ann sets: ${setSubscriptions(`<subscription jid='{bo}'/>`)}
      ann is given nothing
      ann gets: ${askedSubscriptions}
      ann is given ${setSubscriptions(`<subscription jid='{bo}' subscription='subscribed'/>`)}
    `,
  },
  {
    at: '8.8.3',
    says: 'the owner MUST set the value of the \'subscription\' attribute to "none" and the service MUST remove that entity from the subscriptions list and not return it in response to future list requests.',
    script: `${four}
      ann sets: ${setSubscriptions(`<subscription jid='{bo}' subscription='none'/>`)}
      ann is given nothing
      bo < <message from='{ann}' id='{any}'><event xmlns='${NS_EVENT}'><subscription node='n' jid='{bo}' subscription='none'/></event></message>
      ann gets: ${askedSubscriptions}
      ann is given ${setSubscriptions('<subscription>{none}</subscription>')}
    `,
  },
  {
    at: '8.8.2.4',
    says: 'If one of the <subscription/> elements specified is invalid, the service MUST return an IQ error (which SHOULD be <not-acceptable/>) with the invalid entries, where the subscription returned is the original, un-altered subscription. […] Any <subscription/> elements which are not returned in an IQ error case MUST be treated as successful modifications.',
    script: `
      there: ann, bo, cy, ann=bo, ann=cy
      ann does: ${create('n', '')}
      bo does {ann}: ${subscribe('n', '{bo}')}
      ann sets: ${setSubscriptions(`<subscription jid='{bo}' subscription='nonsense'/><subscription jid='{cy}' subscription='subscribed'/>`)}
      ann < ${unchanged('not-acceptable', setSubscriptions(`<subscription jid='{bo}' subscription='subscribed'/><subscription jid='{cy}'>{none}</subscription>`))}
      ann gets: ${askedSubscriptions}
      ann is given ${setSubscriptions(`<subscription jid='{bo}' subscription='subscribed'/><subscription jid='{cy}' subscription='subscribed'/>`)}
    `,
  },
  {
    at: '8.8.2.4',
    says: "Returned entities which failed to be modified MUST include the existing 'subscription' attribute.",
    that: 'nobody who is subscribed',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('n', '')}
      ann sets: ${setSubscriptions(`<subscription jid='{bo}' subscription='pending'/>`)}
      ann < ${unchanged('not-acceptable', setSubscriptions(`<subscription jid='{bo}' subscription='none'/>`))}
    `,
  },
])

conform(document, 'managing affiliations', [
  {
    at: '8.9.1.2',
    says: 'If no error occurs, the service MUST return the list of entities whose affiliation is "owner", "member", "publisher", "publish-only", or "outcast" (it MUST NOT return entities whose affiliation is "none").',
    script: `
      there: ann, bo, cy
      ann does: ${create('n', '')}
      ann sets: ${setAffiliations(`<affiliation jid='{bo}' affiliation='member'/><affiliation jid='{cy}' affiliation='outcast'/>`)}
      ann is given nothing
      ann gets: ${askedAffiliations}
      ann is given ${setAffiliations(`<affiliation jid='{ann}' affiliation='owner'/><affiliation jid='{bo}' affiliation='member'/><affiliation jid='{cy}' affiliation='outcast'/>`)}
    `,
  },
  {
    at: '8.9.1.3.2',
    says: 'If the requesting entity is not a node owner, the service MUST return a <forbidden/> error.',
    script: `${four}
      bo gets {ann}: ${askedAffiliations}
      bo is refused auth forbidden
      bo sets {ann}: ${setAffiliations(`<affiliation jid='{bo}' affiliation='member'/>`)}
      bo is refused auth forbidden
    `,
  },
  {
    at: '8.9.1.3.3',
    says: 'If the node does not exist, the service MUST return an <item-not-found/> error.',
    script: `
      there: ann, bo
      ann gets: ${askedAffiliations}
      ann is refused cancel item-not-found
      ann sets: ${setAffiliations(`<affiliation jid='{bo}' affiliation='member'/>`)}
      ann is refused cancel item-not-found
    `,
  },
  {
    at: '8.9.2.1',
    says: "If the 'affiliation' attribute is not specified in a modification request, then the value MUST NOT be changed.",
    script: `
      there: ann, bo
      ann does: ${create('n', '')}
      ann does: ${setAffiliations(`<affiliation jid='{bo}' affiliation='member'/>`)}
      ann sets: ${setAffiliations(`<affiliation jid='{bo}'/>`)}
      ann is given nothing
      ann gets: ${askedAffiliations}
      ann is given ${setAffiliations(`<affiliation jid='{bo}' affiliation='member'/>`)}
    `,
  },
  ...['publisher', 'publish-only'].map((affiliation) => ({
    at: '8.9.2.3.2',
    says: 'If the node or service does not support the requested affiliation, it MUST return a <feature-not-implemented/> error, specifying a pubsub-specific error condition of <unsupported/> and a feature of "member-affiliation", "outcast-affiliation", "publisher-affiliation", or "publish-only-affiliation" as appropriate.',
    that: affiliation,
    script: `
      there: ann, bo
      ann does: ${create('n', '')}
      ann sets: ${setAffiliations(`<affiliation jid='{bo}' affiliation='${affiliation}'/>`)}
      ann is refused ${unsupported(`${affiliation}-affiliation`)}
    `,
  })),
  {
    at: '8.9.2.4',
    says: 'an affiliation of "owner", an action which MUST NOT be allowed if there is only one owner. […] with the invalid entries, where the affiliation returned is the original, un-altered affiliation. […] elements which are not returned in an IQ error case MUST be treated as successful modifications',
    script: `
      there: ann, bo
      ann does: ${create('n', '')}
      ann sets: ${setAffiliations(`<affiliation jid='{ann}' affiliation='none'/><affiliation jid='{bo}' affiliation='member'/>`)}
      ann < ${unchanged('not-acceptable', setAffiliations(`<affiliation jid='{ann}' affiliation='owner'/><affiliation jid='{bo}'>{none}</affiliation>`))}
      ann gets: ${askedAffiliations}
      ann is given ${setAffiliations(`<affiliation jid='{ann}' affiliation='owner'/><affiliation jid='{bo}' affiliation='member'/>`)}
    `,
  },
  {
    at: '8.9.2.4',
    says: 'If one of the […] elements specified is invalid, the service MUST return an IQ error (which SHOULD be <not-acceptable/>)',
    that: 'an affiliation that there is none of',
    script: `
      there: ann, bo
      ann does: ${create('n', '')}
      ann sets: ${setAffiliations(`<affiliation jid='{bo}' affiliation='friend'/>`)}
      ann < ${unchanged('not-acceptable', setAffiliations(`<affiliation jid='{bo}' affiliation='none'/>`))}
    `,
  },
  {
    at: '8.9.2.4',
    says: 'The owner MUST NOT specify multiple <affiliation/> elements for the same entity; otherwise the service MUST return a <bad-request/> error.',
    script: `
      there: ann, bo
      ann does: ${create('n', '')}
      ann sets: ${setAffiliations(`<affiliation jid='{bo}' affiliation='member'/><affiliation jid='{bo}/desk' affiliation='outcast'/>`)}
      ann is refused modify bad-request
      ann gets: ${askedAffiliations}
      ann is given ${setAffiliations(`<affiliation jid='{bo}'>{none}</affiliation>`)}
    `,
  },
  {
    at: '8.9.3',
    says: 'the owner MUST set the value of the \'affiliation\' attribute to "none" and the service MUST remove that entity from the affiliations list and not return it in response to future list requests.',
    script: `
      there: ann, bo
      ann does: ${create('n', '')}
      ann does: ${setAffiliations(`<affiliation jid='{bo}' affiliation='member'/>`)}
      ann does: ${setAffiliations(`<affiliation jid='{bo}' affiliation='none'/>`)}
      ann gets: ${askedAffiliations}
      ann is given ${setAffiliations(`<affiliation jid='{bo}'>{none}</affiliation>`)}
    `,
  },
  {
    at: '4.1',
    says: 'All affiliations MUST be based on a bare JID […] instead of a full JID',
    script: `
      there: ann, bo
      ann does: ${create('n', 'access_model=whitelist')}
      ann does: ${setAffiliations(`<affiliation jid='{bo}/desk' affiliation='member'/>`)}
      ann gets: ${askedAffiliations}
      ann is given ${setAffiliations(`<affiliation jid='{bo}' affiliation='member'/>`)}
    `,
  },
  ...[
    { from: 'open', before: 'none', after: 'outcast' },
    { from: 'whitelist', before: 'member', after: 'none' },
  ].map(({ from, before, after }) => ({
    at: '4.1',
    says: 'Outcast: An entity that is disallowed from subscribing or publishing to a node.',
    that: `who was subscribed is not any more, from ${before} to ${after} at a node that is ${from}`,
    script: `
      there: ann, bo
      ann does: ${create('n', `access_model=${from}`)}
      ann does: ${setAffiliations(`<affiliation jid='{bo}' affiliation='${before}'/>`)}
      bo does {ann}: ${subscribe('n', '{bo}')}
      ann does: ${setAffiliations(`<affiliation jid='{bo}' affiliation='${after}'/>`)}
      bo < <message from='{ann}'><event xmlns='${NS_EVENT}'><subscription node='n' jid='{bo}' subscription='none'/></event></message>
      ann gets: ${askedSubscriptions}
      ann is given ${setSubscriptions('<subscription>{none}</subscription>')}
    `,
  })),
])
