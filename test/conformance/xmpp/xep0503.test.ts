// XEP-0503: there is no service for spaces. Rooms say which one they belong to, and a node of a person can be one.
import { conform } from './conform.ts'
import { create, NS, NS_EVENT, NS_INFO, NS_ITEMS, pubsub } from './pubsub-words.ts'
import { submit } from './rooms.ts'

const document = 'XEP-0503 (0.3.0)'
const spaces = 'urn:xmpp:spaces:0'
const info = `<query xmlns='${NS_INFO}'/>`
const node = 'xmpp:pubsub.example?;node=dev'

const asSpace = `type=${spaces} notify_retract=1 persist_items=1 notify_sub=1 notify_config=1 notify_delete=1 max_items=50 access_model=open title=Developers`
const belongs = submit({ pubsub: node })
const bookmark = `<item id='{room}'><conference xmlns='urn:xmpp:bookmarks:1' name='ERP'/></item>`

/** Ann's node `dev` is a space, and Bo is no contact of hers. */
const start = `
  there: ann, bo
  ann does: ${create('dev', asSpace)}
`

conform(document, 'rooms that belong to a space', [
  {
    at: '5.5',
    says: `All entities that are part of a space SHOULD advertise their parent in their disco#info and the 'urn:xmpp:spaces:0' feature.`,
    script: `
      there: ann, bo
      ann makes {room} as Ann
      ann does {room}: ${belongs}
      bo gets {room}: ${info}
      bo is given <query xmlns='${NS_INFO}'><feature var='${spaces}'/></query>
    `,
  },
  {
    at: '5.5',
    says: 'To advertise their parent, entities SHOULD include a XEP-0004 of type urn:xmpp:spaces:0 with a parent field of type text-single.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      ann does {room}: ${belongs}
      bo gets {room}: ${info}
      bo is given <query xmlns='${NS_INFO}'><x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>${spaces}</value></field><field var='parent'><value>${node}</value></field></x></query>
    `,
  },
  {
    at: '5.5',
    says: 'In the case of XEP-0045, the muc#roomconfig_pubsub field SHOULD point to the space node IRI for backwards compatibility of this specification with existing MUC services implementations.',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      ann does {room}: ${belongs}
      bo gets {room}: ${info}
      bo is given <query xmlns='${NS_INFO}'><x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>{muc}#roominfo</value></field><field var='muc#roomconfig_pubsub'><value>${node}</value></field></x></query>
    `,
  },
  {
    at: '5.5',
    says: `All entities that are part of a space SHOULD advertise their parent in their disco#info and the 'urn:xmpp:spaces:0' feature.`,
    that: 'and no others',
    script: `
      there: ann, bo
      ann makes {room} as Ann
      bo gets {room}: ${info}
      bo is given <query xmlns='${NS_INFO}'><feature var='${spaces}'>{none}</feature><x xmlns='jabber:x:data'><field var='parent'>{none}</field></x></query>
    `,
  },
])

conform(document, 'a node that is a space', [
  {
    at: '3',
    says: 'To be effectively usable as a space, a pubsub node must be configured in the way described by the following table below.',
    that: 'as its owner sees it',
    script: `
      ${start}
      ann gets: <pubsub xmlns='${NS}#owner'><configure node='dev'/></pubsub>
      ann is given <pubsub xmlns='${NS}#owner'><configure node='dev'><x xmlns='jabber:x:data' type='form'>
        <field var='pubsub#type'><value>${spaces}</value></field>
        <field var='pubsub#notify_retract'><value>1</value></field>
        <field var='pubsub#persist_items'><value>1</value></field>
        <field var='pubsub#access_model'><value>open</value></field>
      </x></configure></pubsub>
    `,
  },
  {
    at: '5.1',
    says: 'Fetching the list of spaces hosted on a spaces service is done via a disco#items (XEP-0030) request directed at the pubsub service JID.',
    that: 'here at the account',
    script: `
      ${start}
      bo gets {ann}: <query xmlns='${NS_ITEMS}'/>
      bo is given <query xmlns='${NS_ITEMS}'><item jid='{ann}' node='dev'/></query>
    `,
  },
  {
    at: '5.2',
    says: 'Getting more information about a specific space relies on the standard pubsub mechanism to do so, i.e., a disco#info request directed at the space node.',
    script: `
      ${start}
      bo gets {ann}: <query xmlns='${NS_INFO}' node='dev'/>
      bo is given <query xmlns='${NS_INFO}' node='dev'><identity category='pubsub' type='leaf'/><feature var='${NS}'/><x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE'><value>${NS}#meta-data</value></field><field var='pubsub#type'><value>${spaces}</value></field><field var='pubsub#title'><value>Developers</value></field></x></query>
    `,
  },
  {
    at: '5.2.1',
    says: 'These items MUST use the dedicated "urn:xmpp:spaces:avatar:metadata:0" and "urn:xmpp:spaces:banner:metadata:0" identifiers. Their content is a XEP-0084 <metadata> element specifying where to download the images and their SHA1 hash.',
    script: `
      ${start}
      ann does: ${pubsub(`<publish node='dev'><item id='urn:xmpp:spaces:avatar:metadata:0'><metadata xmlns='urn:xmpp:avatar:metadata'><info bytes='420' height='64' width='64' type='image/jpeg' url='https://uploads.example/dev.jpg' id='0a'/></metadata></item></publish>`)}
      bo gets {ann}: ${pubsub(`<items node='dev'/>`)}
      bo is given ${pubsub(`<items node='dev'><item id='urn:xmpp:spaces:avatar:metadata:0'><metadata xmlns='urn:xmpp:avatar:metadata'><info url='https://uploads.example/dev.jpg'/></metadata></item></items>`)}
    `,
  },
  {
    at: '5.3',
    says: 'Joining a space is equivalent to subscribing to a pubsub node, as described in XEP-0060.',
    that: 'and who has joined hears of what is new in it',
    script: `
      ${start}
      bo sets {ann}: ${pubsub(`<subscribe node='dev' jid='{bo}'/>`)}
      bo is given ${pubsub(`<subscription node='dev' jid='{bo}' subscription='subscribed'/>`)}
      ann does: ${pubsub(`<publish node='dev'>${bookmark}</publish>`)}
      bo < <message from='{ann}'><event xmlns='${NS_EVENT}'><items node='dev'>${bookmark}</items></event></message>
      ann does: ${pubsub(`<retract node='dev'><item id='{room}'/></retract>`)}
      bo < <message from='{ann}'><event xmlns='${NS_EVENT}'><items node='dev'><retract id='{room}'/></items></event></message>
    `,
  },
  {
    at: '5.4',
    says: 'Chat rooms SHOULD be wrapped in XEP-0402, which extensibility allows adding additional information that are useful for client to adapt their user interface […].',
    script: `
      ${start}
      ann does: ${pubsub(`<publish node='dev'>${bookmark}</publish>`)}
      bo gets {ann}: ${pubsub(`<items node='dev'/>`)}
      bo is given ${pubsub(`<items node='dev'>${bookmark}</items>`)}
    `,
  },
])
