import { conform } from './conform.ts'

const commands = 'http://jabber.org/protocol/commands'
const NS_INFO = 'http://jabber.org/protocol/disco#info'
const NS_ITEMS = 'http://jabber.org/protocol/disco#items'
const node = 'http://jabber.org/protocol/admin#announce'

const start = `
  administrator: root
  there: root, ann
`
const command = (attrs: string, inside = ''): string =>
  `<command xmlns='${commands}' node='${node}'${attrs}>${inside}</command>`
const form = (text: string): string =>
  `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/admin</value></field><field var='announcement'><value>${text}</value></field></x>`
const begun = `
  ${start}
  root sets {domain}: ${command('')}
  root is given <command xmlns='${commands}' node='${node}' sessionid='{=session}' status='executing'><actions execute='complete'><complete/></actions><x xmlns='jabber:x:data' type='form'/></command>
`
const specific = (name: string): string => `<${name} xmlns='${commands}'/>`

conform('XEP-0050 (1.3.0)', 'discovering commands', [
  {
    at: '2.1',
    says: 'If supported, the responder includes a <feature/> with the "var" of "http://jabber.org/protocol/commands".',
    script: `
      ${start}
      ann gets {domain}: <query xmlns='${NS_INFO}'/>
      ann is given <query xmlns='${NS_INFO}'><feature var='${commands}'/></query>
    `,
  },
  {
    at: '2.2',
    says: 'Each command is a node of the responder, under the fixed node "http://jabber.org/protocol/commands" (for which the service discovery identity category is "automation" and type is "command-list").',
    script: `
      ${start}
      root gets {domain}: <query xmlns='${NS_INFO}' node='${commands}'/>
      root is given <query xmlns='${NS_INFO}' node='${commands}'><identity category='automation' type='command-list'/></query>
      root gets {domain}: <query xmlns='${NS_ITEMS}' node='${commands}'/>
      root is given <query xmlns='${NS_ITEMS}' node='${commands}'><item jid='{domain}' node='${node}' name='{any}'/></query>
    `,
  },
  {
    at: '2.2',
    says: 'The responder is not required to send the same list of commands to all requesters.',
    script: `
      ${start}
      ann gets {domain}: <query xmlns='${NS_ITEMS}' node='${commands}'/>
      ann is given <query xmlns='${NS_ITEMS}'><item node='${node}'>{none}</item></query>
    `,
  },
  {
    at: '2.2',
    says: "A responder MUST at least provide <identity category='automation' type='command-node'/> and <feature var='http://jabber.org/protocol/commands'/>, and SHOULD include <feature var='jabber:x:data'/>.",
    script: `
      ${start}
      root gets {domain}: <query xmlns='${NS_INFO}' node='${node}'/>
      root is given <query xmlns='${NS_INFO}' node='${node}'><identity category='automation' type='command-node' name='{any}'/><feature var='${commands}'/><feature var='jabber:x:data'/></query>
    `,
  },
  {
    at: '2.2',
    says: 'If the command is not available to the requester, the responder SHOULD respond with a 403 "Forbidden" error.',
    script: `
      ${start}
      ann gets {domain}: <query xmlns='${NS_INFO}' node='${node}'/>
      ann is refused cancel forbidden
    `,
  },
])

conform('XEP-0050 (1.3.0)', 'executing commands', [
  {
    at: '2.4.1',
    says: `The requester MAY include the "action='execute'", although this is implied.`,
    script: `
      ${start}
      root sets {domain}: ${command(` action='execute'`)}
      root is given <command xmlns='${commands}' node='${node}' sessionid='{any}' status='executing'/>
    `,
  },
  {
    at: '2.4.2',
    says: 'The <command/> SHOULD include an <actions/> element, which specifies the details of what the allowed actions are for this stage of execution.',
    script: begun,
  },
  {
    at: '2.4.2',
    says: 'The requester then submits the form, maintaining the command node and sessionid',
    script: `
      ${begun}
      root sets {domain}: ${command(` sessionid='{session}' action='complete'`, form('hello'))}
      root is given <command xmlns='${commands}' node='${node}' sessionid='{session}' status='completed'/>
      ann < <message from='{domain}'><body>hello</body></message>
    `,
  },
  {
    at: '2.4.3',
    says: 'The responder MUST reply with the success of the command',
    that: 'when it is cancelled',
    script: `
      ${begun}
      root sets {domain}: ${command(` sessionid='{session}' action='cancel'`)}
      root is given <command xmlns='${commands}' node='${node}' sessionid='{session}' status='canceled'/>
    `,
  },
  {
    at: '3.3',
    says: "Once a session has ended, its 'sessionid' value SHOULD NOT be used again.",
    script: `
      ${begun}
      root sets {domain}: ${command(` sessionid='{session}' action='cancel'`)}
      root is given <command xmlns='${commands}' status='canceled'/>
      root sets {domain}: ${command(` sessionid='{session}'`, form('hello'))}
      root is refused cancel not-allowed ${specific('session-expired')}
    `,
  },
  {
    at: '3.3',
    says: "Each session is identified by the 'sessionid' attribute, and SHOULD be valid only between one requester/responder pair.",
    script: `
      ${begun}
      root/phone arrives
      root/phone sets {domain}: ${command(` sessionid='{session}'`, form('hello'))}
      root/phone is refused modify bad-request ${specific('bad-sessionid')}
    `,
  },
])

conform('XEP-0050 (1.3.0)', 'errors of section 4.4', [
  ...(
    [
      [`malformed-action`, ` sessionid='{session}' action='jump'`, form('hello')],
      [`bad-action`, ` sessionid='{session}' action='prev'`, ''],
      [`bad-payload`, ` sessionid='{session}'`, `<x xmlns='jabber:x:data' type='submit'/>`],
      [`bad-sessionid`, ` sessionid='never'`, form('hello')],
    ] as const
  ).map(([condition, attrs, inside]) => ({
    at: '4.4',
    says: `modify, <bad-request/>, <${condition}/>`,
    script: `
      ${begun}
      root sets {domain}: ${command(attrs, inside)}
      root is refused modify bad-request ${specific(condition)}
    `,
  })),
  {
    at: '4.4',
    says: 'cancel, <forbidden/>: The requesting JID is not allowed to execute the command.',
    script: `
      ${start}
      ann sets {domain}: ${command('')}
      ann is refused cancel forbidden
    `,
  },
  {
    at: '4.4',
    says: 'cancel, <item-not-found/>: The responding JID cannot find the requested command node.',
    script: `
      ${start}
      root sets {domain}: <command xmlns='${commands}' node='nothing'/>
      root is refused cancel item-not-found
    `,
  },
])
