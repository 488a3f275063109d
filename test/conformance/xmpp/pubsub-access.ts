// Who may read a node of somebody else's, and who may not: sections 6.1.3 and 6.5.9 of XEP-0060 have the same.
import { create, detail, ofOwner } from './pubsub-words.ts'

export const outcast = ofOwner(
  `<affiliations node='n'><affiliation jid='{bo}' affiliation='outcast'/></affiliations>`,
)
export const member = ofOwner(
  `<affiliations node='n'><affiliation jid='{bo}' affiliation='member'/></affiliations>`,
)
export const grouped = `<query xmlns='jabber:iq:roster'><item jid='{bo}'><group>friends</group></item></query>`

/** Who may not have the node, how it was set up, and what he is told: sections 6.1.3 and 6.5.9 have the same. */
export const closed = [
  {
    sections: ['6.1.3.2', '6.5.9.6'],
    says: 'For nodes with an access model of "presence", if the requesting entity is not subscribed to the owner\'s presence then the pubsub service MUST respond with a <not-authorized/> error, which SHOULD also include a pubsub-specific error condition of <presence-subscription-required/>.',
    setup: `
      there: ann, bo
      ann does: ${create('n', 'access_model=presence')}`,
    answer: `auth not-authorized ${detail('presence-subscription-required')}`,
  },
  {
    sections: ['6.1.3.3', '6.5.9.7'],
    says: 'For nodes with an access model of "roster", if the requesting entity is not in one of the authorized roster groups then the pubsub service MUST respond with a <not-authorized/> error, which SHOULD also include a pubsub-specific error condition of <not-in-roster-group/>.',
    setup: `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'access_model=roster roster_groups_allowed=friends')}`,
    answer: `auth not-authorized ${detail('not-in-roster-group')}`,
  },
  {
    sections: ['6.1.3.4', '6.5.9.8'],
    says: 'For nodes with a node access model of "whitelist", if the requesting entity is not on the whitelist then the service MUST return a <not-allowed/> error, specifying a pubsub-specific error condition of <closed-node/>.',
    setup: `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'access_model=whitelist')}`,
    answer: `cancel not-allowed ${detail('closed-node')}`,
  },
  {
    sections: ['6.1.3.8', '6.5.9.10'],
    says: 'If the requesting entity is blocked […] (e.g., because having an affiliation of outcast), the service MUST return a <forbidden/> error […].',
    setup: `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'access_model=open')}
      ann does: ${outcast}`,
    answer: 'auth forbidden',
  },
  {
    sections: ['6.1.3.12', '6.5.9.11'],
    says: 'If the node does not exist, the service SHOULD return an <item-not-found/> error to the subscriber.',
    setup: `
      there: ann, bo, ann=bo`,
    answer: 'cancel item-not-found',
  },
]

/** Who may. */
export const open = [
  {
    says: 'If the access model is "open", the service SHOULD allow any entity (whether or not it is subscribed) to retrieve items.',
    setup: `
      there: ann, bo
      ann does: ${create('n', 'access_model=open')}`,
  },
  {
    says: 'If the access model is "presence", the service SHOULD allow any entity that is subscribed to the owner\'s presence to retrieve items.',
    setup: `
      there: ann, bo, ann=bo
      ann does: ${create('n', 'access_model=presence')}`,
  },
  {
    says: 'If the access model is "roster", the service SHOULD allow any entity that is subscribed to the owner\'s presence and contained in the relevant roster group(s) to retrieve items.',
    setup: `
      there: ann, bo, ann=bo
      ann does: ${grouped}
      ann does: ${create('n', 'access_model=roster roster_groups_allowed=friends,kin')}`,
  },
  {
    says: 'In order to add entities to the whitelist, the node owner SHOULD use […] setting the affiliation to "member" (section 4.5).',
    setup: `
      there: ann, bo
      ann does: ${create('n', 'access_model=whitelist')}
      ann does: ${member}`,
  },
]
