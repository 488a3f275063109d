import { conform } from './conform.ts'
import {
  configure,
  create,
  event,
  item,
  NS_EVENT,
  NS_INFO,
  NS_ITEMS,
  publish,
  pubsub,
} from './pubsub-words.ts'

const document = 'XEP-0163 (1.2.2)'
const one = `<items node='tune'>${item('one', '1')}</items>`
const two = `<items node='tune'>${item('two', '2')}</items>`
const grouped = `<query xmlns='jabber:iq:roster'><item jid='{bo}'><group>friends</group></item></query>`

conform(document, 'who is told of what is published', [
  {
    at: '3',
    says: 'If the node does not already exist, the PEP service MUST create the node.',
    script: `
      there: ann
      ann does: ${publish('tune', 'one', '1')}
      ann gets {ann}: <query xmlns='${NS_ITEMS}'/>
      ann is given <query xmlns='${NS_ITEMS}'><item jid='{ann}' node='tune'/></query>
    `,
  },
  {
    at: '4',
    says: 'An entity shall receive event notifications if: […] The entity shares presence with the account owner […], is authorized to receive events from the node in accordance with the node access model […], and advertises an interest in the payload type',
    script: `
      there: ann, bo, cy, ann=bo, ann=cy
      bo wants tune
      cy wants mood
      ann does: ${publish('tune', 'one', '1')}
      bo < <message from='{ann}' to='{bo/desk}' type='headline' id='{any}'><event xmlns='${NS_EVENT}'>${one}</event></message>
      bo !< <message/>
      cy !< <message/>
    `,
  },
  {
    at: '4',
    says: "The entity is the account owner itself, in which case the PEP service shall send notifications to all of the account owner's available resources (subject to notification filtering).",
    script: `
      there: ann/desk, ann/pad, ann/phone
      ann/desk wants tune
      ann/pad wants tune
      ann/phone wants mood
      ann/desk does: ${publish('tune', 'one', '1')}
      ann/desk < <message from='{ann}' to='{ann/desk}'><event xmlns='${NS_EVENT}'>${one}</event></message>
      ann/pad < <message from='{ann}' to='{ann/pad}'><event xmlns='${NS_EVENT}'>${one}</event></message>
      ann/phone !< <message/>
    `,
  },
  {
    at: '4.2',
    says: 'This implies that when an automatic subscriber can specify which event payloads it wants to receive by including appropriate feature bundles in the XEP-0115 information it broadcasts.',
    that: 'who changes his mind hears of something else',
    script: `
      there: ann, bo, ann=bo
      bo wants tune
      bo wants mood
      ann does: ${publish('tune', 'one', '1')}
      ann does: ${publish('mood', 'two', '2')}
      bo < ${event('{ann}', `<items node='mood'/>`)}
      bo !< <message/>
    `,
  },
  {
    at: '4.3.1',
    says: "The server MUST set the 'from' address on the notification to the bare JID […] of the account owner. […] If the PEP service has presence information about the intended recipient, it SHOULD direct the notification(s) to the full JID(s) of the recipient's",
    script: `
      there: ann, bo/desk, bo/pad, ann=bo
      bo/desk wants tune
      bo/pad wants tune
      ann does: ${publish('tune', 'one', '1')}
      bo/desk < <message from='{ann}' to='{bo/desk}'/>
      bo/pad < <message from='{ann}' to='{bo/pad}'/>
      bo/desk !< <message/>
    `,
  },
  {
    at: '4.3.2',
    says: 'If an entity subscribed using a full JID […], a PEP service MUST send one notification only, addressed to the subscribed JID.',
    script: `
      there: ann, bo/desk, bo/pad, ann=bo
      bo/desk wants tune
      ann does: ${create('tune', '')}
      bo/desk does {ann}: ${pubsub(`<subscribe node='tune' jid='{bo/desk}'/>`)}
      ann does: ${publish('tune', 'one', '1')}
      bo/desk < <message from='{ann}' to='{bo/desk}'/>
      bo/desk !< <message/>
      bo/pad !< <message/>
    `,
  },
  {
    at: '4.3.2',
    says: "If a subscriber subscribed using a bare JID […] and a PEP service has appropriate presence information about the subscriber, the PEP service MUST send one notification to the full JID […] of each of the subscriber's available resources that have included XEP-0115 information indicating an interest in the data format.",
    script: `
      there: ann, bo/desk, bo/pad, bo/tv, ann=bo
      bo/desk wants tune
      bo/pad wants tune
      ann does: ${create('tune', '')}
      bo/desk does {ann}: ${pubsub(`<subscribe node='tune' jid='{bo}'/>`)}
      ann does: ${publish('tune', 'one', '1')}
      bo/desk < <message from='{ann}' to='{bo/desk}'/>
      bo/pad < <message from='{ann}' to='{bo/pad}'/>
      bo/desk !< <message/>
      bo/tv !< <message/>
    `,
  },
  {
    at: '4.3.3',
    says: 'a PEP service MUST NOT send notifications to a subscriber if the user has blocked the subscriber from receiving the kind of stanza used for notifications […] as specified in […] XEP-0191.',
    script: `
      there: ann, bo, ann=bo
      bo wants tune
      ann does: <block xmlns='urn:xmpp:blocking'><item jid='{bo}'/></block>
      all is read
      ann does: ${publish('tune', 'one', '1')}
      bo !< <message/>
    `,
  },
  {
    at: '4.3.1',
    says: "Any errors generated by the recipient or the recipient's server in relation to the notification MUST be directed to the JID of the 'from' address on the notification (i.e., the bare JID) so that bounce processing can be handled by the PEP service rather than by the publishing client.",
    that: 'the client hears nothing of them',
    script: `
      there: ann, bo, ann=bo
      bo wants tune
      ann does: ${publish('tune', 'one', '1')}
      bo < <message from='{ann}' id='{=notice}'/>
      bo > <message type='error' to='{ann}' id='{notice}'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>
      ann !< <message/>
    `,
  },
  {
    at: '9.1.2 of XEP-0060',
    says: "If the contact does not have permission to receive information from any of the account owner's particular nodes […], the service MUST NOT send notifications regarding that node to the contact and also MUST NOT return any errors to the contact",
    script: `
      there: ann, bo, cy, ann=bo, ann=cy
      ann does: ${grouped}
      ann does: ${create('tune', 'access_model=roster roster_groups_allowed=friends')}
      bo wants tune
      cy wants tune
      ann does: ${publish('tune', 'one', '1')}
      bo < ${event('{ann}', one)}
      cy !< <message/>
      cy !< <presence type='error'/>
    `,
  },
  {
    at: '9.1.3 of XEP-0060',
    says: 'If the node has an open access model, the pubsub service SHOULD also consider an entity to be temporarily and implicitly subscribed to the node if the entity has sent presence to the account owner in the absence of a presence subscription. […] When the service receives unavailable presence from the full JID, it MUST cancel the temporary subscription.',
    script: `
      there: ann, cy
      ann does: ${create('tune', 'access_model=open')}
      ann does: ${create('mood', 'access_model=presence')}
      cy wants tune, mood
      cy > <presence to='{ann}'/>
      all is read
      ann does: ${publish('tune', 'one', '1')}
      ann does: ${publish('mood', 'one', '1')}
      cy < <message from='{ann}' to='{cy/desk}'><event xmlns='${NS_EVENT}'>${one}</event></message>
      cy !< <message/>
      cy > <presence to='{ann}' type='unavailable'/>
      all is read
      ann does: ${publish('tune', 'two', '2')}
      cy !< <message/>
    `,
  },
])

conform(document, 'the newest item to who has come', [
  {
    at: '4.3.3',
    says: "When a PEP service receives initial presence from a subscriber's resource including XEP-0115 information that indicates an interest in the data format, it MUST generate a notification containing at least the last published item for that node and send it to the newly-available resource",
    script: `
      there: ann, bo connected, ann=bo
      ann does: ${publish('tune', 'one', '1')}
      ann does: ${publish('tune', 'two', '2')}
      bo wants tune
      bo < <message from='{ann}' to='{bo/desk}' type='headline'><event xmlns='${NS_EVENT}'>${two}</event><delay xmlns='urn:xmpp:delay' stamp='{any}'/></message>
      bo !< <message/>
    `,
  },
  {
    at: '4.3.4',
    says: 'a PEP service MUST send the last published item to all new subscribers and to all newly-available resources for each subscriber, including the account owner itself.',
    that: 'the account owner',
    script: `
      there: ann/desk, ann/pad connected
      ann/desk does: ${publish('tune', 'one', '1')}
      ann/pad wants tune
      ann/pad < ${event('{ann}', one)}
    `,
  },
  {
    at: '4.3.4',
    says: 'a PEP service MUST send the last published item to all new subscribers',
    that: 'who is let have the presence, and who finds that he may have an open node without asking',
    script: `
      there: ann, bo
      ann does: ${publish('tune', 'one', '1')}
      ann does: ${create('mood', 'access_model=open')}
      ann does: ${publish('mood', 'two', '2')}
      bo wants tune, mood
      bo > <presence type='subscribe' to='{ann}'/>
      ann < <presence type='subscribe'/>
      bo !< <message/>
      ann > <presence type='subscribed' to='{bo}'/>
      bo < ${event('{ann}', one)}
      bo < ${event('{ann}', `<items node='mood'/>`)}
    `,
  },
  {
    at: '4.3.4',
    says: 'the default value of the "pubsub#send_last_published_item" node configuration field must be "on_sub_and_presence"',
    that: 'and with another value nothing is sent to who comes',
    script: `
      there: ann, bo connected, ann=bo
      ann does: ${create('tune', 'send_last_published_item=on_sub')}
      ann does: ${publish('tune', 'one', '1')}
      ann does: ${create('mood', 'send_last_published_item=never')}
      ann does: ${publish('mood', 'one', '1')}
      bo wants tune, mood
      bo !< <message/>
    `,
  },
  {
    at: '4.3.4',
    says: 'The "on_sub_and_presence" setting relates to the subscriber\'s presence, not the publisher\'s presence.',
    script: `
      there: ann, bo connected, ann=bo
      ann does: ${publish('tune', 'one', '1')}
      ann leaves
      bo wants tune
      bo < ${event('{ann}', one)}
      all is read
      ann arrives
      bo !< <message/>
    `,
  },
  {
    at: '7.1',
    says: 'In order to ensure appropriate access to information published at nodes of type "presence" and "roster", a PEP service MUST re-calculate access controls when: A presence subscription state changes […]',
    script: `
      there: ann, bo, ann=bo
      bo wants tune
      ann > <presence type='unsubscribed' to='{bo}'/>
      all is read
      ann does: ${publish('tune', 'one', '1')}
      bo !< <message/>
      bo gets {ann}: ${pubsub(`<items node='tune'/>`)}
      bo is refused auth not-authorized
    `,
  },
  {
    at: '7.1',
    says: 'A roster item is modified (e.g., when the item is moved to a new roster group).',
    script: `
      there: ann, bo, ann=bo
      ann does: ${grouped}
      ann does: ${create('tune', 'access_model=roster roster_groups_allowed=friends')}
      bo wants tune
      ann does: <query xmlns='jabber:iq:roster'><item jid='{bo}'><group>others</group></item></query>
      ann does: ${publish('tune', 'one', '1')}
      bo !< <message/>
    `,
  },
  {
    at: '13.2 of XEP-0060',
    says: 'The entity gains access to the node because of a change to the node access model',
    that: 'and who has it already is told nothing new',
    script: `
      there: ann, bo, ann=bo
      bo wants tune
      ann does: ${publish('tune', 'one', '1')}
      bo < ${event('{ann}', one)}
      ann does: ${configure('tune', 'access_model=open')}
      bo !< <message/>
    `,
  },
])

conform(document, 'defaults and discovery', [
  ...['open', 'presence', 'roster', 'whitelist'].map((model) => ({
    at: '5',
    says: 'A PEP service MUST: […] Support the "presence" access model and set it to the default. Support the "open", "roster", and "whitelist" access models.',
    that: model,
    script: `
      there: ann
      ann does: ${create('tune', `access_model=${model}`)}
      ann gets {ann}: <query xmlns='${NS_INFO}' node='tune'/>
      ann is given <query xmlns='${NS_INFO}'><x xmlns='jabber:x:data'><field var='pubsub#access_model'><value>${model}</value></field></x></query>
    `,
  })),
  {
    at: '5',
    says: "Treat the account owner's bare JID […] as a collection node (i.e., as the root collection node for the account's virtual pubsub service).",
    that: 'what is in it is found by service discovery',
    script: `
      there: ann, bo, ann=bo
      ann does: ${create('tune', '')}
      ann does: ${create('mood', 'access_model=whitelist')}
      bo gets {ann}: <query xmlns='${NS_ITEMS}'/>
      bo is given <query xmlns='${NS_ITEMS}'><item jid='{ann}' node='tune'/><item node='mood'>{none}</item></query>
    `,
  },
  {
    at: '6.1',
    says: 'If the account owner\'s server supports PEP and the account is provisioned for PEP, the server MUST return an identity of "pubsub/pep" on behalf of the account',
    script: `
      there: ann
      ann gets {ann}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><identity category='account' type='registered'/><identity category='pubsub' type='pep'/></query>
    `,
  },
  {
    at: '6.2',
    says: "However, a user without a presence subscription needs to do so in order to discover […] the account owner's eventing nodes. […] MUST return as service discovery items only those nodes to which the contact is allowed to subscribe or from which the contact is allowed to retrieve items",
    script: `
      there: ann, cy
      ann does: ${create('tune', 'access_model=open')}
      ann does: ${create('mood', 'access_model=presence')}
      cy gets {ann}: <query xmlns='${NS_ITEMS}'/>
      cy is given <query xmlns='${NS_ITEMS}'><item jid='{ann}' node='tune'/><item node='mood'>{none}</item></query>
    `,
  },
])
