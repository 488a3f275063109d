import { type Case, conform } from './conform.ts'
import { error } from './error.ts'

const ping = `<ping xmlns='urn:xmpp:ping'/>`
const version = `<query xmlns='jabber:iq:version'/>`
const unavailable = error('service-unavailable', 'cancel')

conform('RFC 6121', 'stanzas without an addressee', [
  {
    at: '8.1.1.2',
    says: `If the server receives a presence stanza with no 'to' attribute, it MUST broadcast it to the entities that are subscribed to the sending entity's presence […]`,
    script: `
      there: ann, bo, ann=bo
      ann > <presence><show>dnd</show></presence>
      bo < <presence from='{ann/desk}'><show>dnd</show></presence>
    `,
  },
  {
    at: '8.1.1.3',
    says: `If the server receives an IQ stanza with no 'to' attribute, it MUST process the stanza on behalf of the account from which received the stanza […]`,
    script: `
      there: ann
      ann > <iq type='get' id='q1'><query xmlns='jabber:iq:roster'/></iq>
      ann < <iq type='result' id='q1' to='{ann/desk}'><query xmlns='jabber:iq:roster'/></iq>
    `,
  },
  {
    at: '8.1.1.3',
    says: `If the IQ stanza is of type "get" or "set" and the server does not understand the namespace that qualifies the payload, then the server MUST return an error to the sending entity, where the error condition MUST be <service-unavailable/>.`,
    script: `
      there: ann
      ann > <iq type='get' id='q1'><query xmlns='urn:example:unknown'/></iq>
      ann < <iq type='error' id='q1'>${unavailable}</iq>
      ann > <iq type='set' id='q2'><query xmlns='urn:example:unknown'/></iq>
      ann < <iq type='error' id='q2'>${unavailable}</iq>
    `,
  },
  {
    at: '8.1.1.3',
    says: `If the IQ stanza is of type "error" or "result", the server MUST handle the error or result in accordance with the payload of the associated IQ stanza of type "get" or "set" (if there is no such associated stanza, the server MUST ignore the error or result stanza).`,
    script: `
      there: ann
      ann > <iq type='result' id='q1'/>
      ann > <iq type='error' id='q2'>${error('bad-request')}</iq>
      ann !< <iq/>
    `,
  },
])

/** Each kind of address of the server itself. */
const ours = ['{domain}', '{domain}/anything'] as const

conform(
  'RFC 6121',
  'stanzas for the server',
  ours.flatMap((to): Case[] => [
    {
      at: to === '{domain}' ? '8.3' : '8.4',
      says: `If the domainpart […] matches one of the configured domains of the server itself […], then the server MUST […] handle the stanza […]`,
      that: `IQ to ${to}`,
      script: `
        there: ann
        ann > <iq type='get' id='q1' to='${to}'>${ping}</iq>
        ann < <iq type='result' id='q1' from='${to}' to='{ann/desk}'/>
        ann > <iq type='get' id='q2' to='${to}'><query xmlns='urn:example:unknown'/></iq>
        ann < <iq type='error' id='q2' from='${to}'>${unavailable}</iq>
      `,
    },
    {
      at: to === '{domain}' ? '8.3' : '8.4',
      says: `[…] the server MUST […] handle the stanza […]`,
      that: `presence to ${to} is no matter of anybody`,
      script: `
        there: ann
        ann > <presence to='${to}'/>
        ann > <presence type='subscribe' to='${to}'/>
        ann > <presence type='unavailable' to='${to}'/>
        ann !< <presence/>
      `,
    },
  ]),
)

const silent = `the server MUST silently ignore the stanza.`

conform(
  'RFC 6121',
  'presence and IQs to no such user',
  ['nobody@{domain}', 'nobody@{domain}/desk'].flatMap((to): Case[] => [
    ...['get', 'set'].map((type) => ({
      at: '8.5.1',
      says: `For an IQ stanza, the server MUST return a <service-unavailable/> stanza error to the sender.`,
      that: `${type} to ${to}`,
      script: `
        there: ann
        ann > <iq type='${type}' id='q1' to='${to}'>${version}</iq>
        ann < <iq type='error' id='q1' from='${to}'>${unavailable}</iq>
      `,
    })),
    ...[undefined, 'unavailable', 'subscribe', 'subscribed', 'unsubscribe', 'unsubscribed'].map(
      (type) => ({
        at: '8.5.1',
        says:
          type === undefined || type === 'unavailable'
            ? `For a presence stanza with no 'type' attribute or a 'type' attribute of "unavailable", ${silent}`
            : `For a presence stanza of type "subscribe", "subscribed", "unsubscribe", or "unsubscribed", ${silent}`,
        that: `${type ?? 'no type'} to ${to}`,
        script: `
        there: ann
        ann > <presence to='${to}'${type === undefined ? '' : ` type='${type}'`}/>
        ann !< <presence/>
      `,
      }),
    ),
    {
      at: '8.5.1',
      says: `For a presence stanza of type "probe", the server MUST either (a) silently ignore the stanza or (b) return a presence stanza of type "unsubscribed".`,
      that: to,
      script: `
        there: ann
        ann > <presence to='${to}' type='probe'/>
        ann < <presence type='unsubscribed' from='nobody@{domain}'/>
        ann !< <presence/>
      `,
    },
  ]),
)

conform('RFC 6121', 'presence and IQs to a bare address', [
  {
    at: '8.5.2.1.2',
    says: `For a presence stanza with no type or of type "unavailable", the server MUST deliver it to all available resources.`,
    script: `
      there: ann, bo, bo/phone -1, bo/mute connected
      ann > <presence to='{bo}'/>
      bo < <presence from='{ann/desk}' to='{bo}' type='{none}'/>
      bo/phone < <presence from='{ann/desk}' to='{bo}' type='{none}'/>
      bo/mute !< <presence/>
      ann > <presence to='{bo}' type='unavailable'/>
      bo < <presence from='{ann/desk}' to='{bo}' type='unavailable'/>
      bo/phone < <presence from='{ann/desk}' to='{bo}' type='unavailable'/>
    `,
  },
  {
    at: '8.5.2.2.2',
    says: `For a presence stanza with no 'type' attribute or of type "unavailable", ${silent}`,
    script: `
      there: ann, bo/mute connected
      ann > <presence to='{bo}'/>
      ann > <presence to='{bo}' type='unavailable'/>
      bo/mute !< <presence/>
      ann !< <presence/>
    `,
  },
  {
    at: '8.5.2.1.3',
    says: `For an IQ stanza, the server itself MUST reply on behalf of the user with either an IQ result or an IQ error, and MUST NOT deliver the IQ stanza to any of the user's available resources.`,
    that: 'get',
    script: `
      there: ann, bo, ann=bo
      ann > <iq type='get' id='q1' to='{bo}'>${version}</iq>
      ann < <iq type='error' id='q1' from='{bo}'>${unavailable}</iq>
      bo !< <iq/>
    `,
  },
  {
    at: '8.5.2.1.3',
    says: `[…] if the semantics of the qualifying namespace define a reply that the server can provide on behalf of the user, then the server MUST reply to the stanza on behalf of the user […]`,
    script: `
      there: ann, bo, ann=bo
      ann > <iq type='get' id='q1' to='{bo}'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>
      ann < <iq type='result' id='q1' from='{bo}'><query xmlns='http://jabber.org/protocol/disco#info'>
        <identity category='account' type='registered'/></query></iq>
      bo !< <iq/>
    `,
  },
  {
    at: '8.5.2.1.3',
    says: `If not, then the server MUST reply with a <service-unavailable/> error.`,
    that: 'set',
    script: `
      there: ann, bo, ann=bo
      ann > <iq type='set' id='q1' to='{bo}'><query xmlns='urn:example:unknown'/></iq>
      ann < <iq type='error' id='q1' from='{bo}'>${unavailable}</iq>
      bo !< <iq/>
    `,
  },
  {
    at: '8.5.2.2.3',
    says: `For an IQ stanza, the server itself MUST reply on behalf of the user with either an IQ result or an IQ error.`,
    that: 'nobody there',
    script: `
      there: ann
      account: bo
      ann > <iq type='get' id='q1' to='{bo}'>${ping}</iq>
      ann < <iq type='error' id='q1' from='{bo}'>${unavailable}</iq>
    `,
  },
  {
    at: '8.5.2.1.3',
    says: `[…] an IQ error, and MUST NOT deliver the IQ stanza to any of the user's available resources.`,
    that: 'answers that nobody waits for',
    script: `
      there: ann, bo
      ann > <iq type='result' id='q1' to='{bo}'/>
      ann > <iq type='error' id='q2' to='{bo}'>${error('bad-request')}</iq>
      bo !< <iq/>
      ann !< <iq/>
    `,
  },
])

conform('RFC 6121', 'presence and IQs to a full address', [
  ...['get', 'set'].map((type): Case => ({
    at: '8.5.3.1',
    says: `For an IQ stanza […] the server MUST deliver the stanza to the resource.`,
    that: `${type} of a contact, and its answer`,
    script: `
      there: ann, bo, ann=bo
      ann > <iq type='${type}' id='q1' to='{bo/desk}'><query xmlns='urn:example:any'/></iq>
      bo < <iq type='${type}' id='q1' from='{ann/desk}' to='{bo/desk}'><query xmlns='urn:example:any'/></iq>
      bo > <iq type='result' id='q1' to='{ann/desk}'><query xmlns='urn:example:any'>yes</query></iq>
      ann < <iq type='result' id='q1' from='{bo/desk}'><query xmlns='urn:example:any'>yes</query></iq>
    `,
  })),
  {
    at: '8.5.3.1',
    says: `For an IQ stanza of type "result" or "error", the server MUST deliver the stanza to the resource.`,
    that: 'also of a stranger',
    script: `
      there: ann, bo
      ann > <iq type='result' id='q1' to='{bo/desk}'/>
      bo < <iq type='result' id='q1' from='{ann/desk}' to='{bo/desk}'/>
      ann > <iq type='error' id='q2' to='{bo/desk}'>${error('item-not-found')}</iq>
      bo < <iq type='error' id='q2' from='{ann/desk}' to='{bo/desk}'>${error('item-not-found')}</iq>
    `,
  },
  {
    at: '8.5.3.1',
    says: `[…] if the intended recipient does not share presence with the requesting entity either by means of a presence subscription of type "both" or "from" or by means of directed presence, then the server SHOULD NOT deliver the IQ stanza but instead SHOULD return a <service-unavailable/> stanza error to the requesting entity.`,
    script: `
      there: ann, bo
      ann > <iq type='get' id='q1' to='{bo/desk}'>${version}</iq>
      ann < <iq type='error' id='q1' from='{bo/desk}'>${unavailable}</iq>
      bo !< <iq/>
    `,
  },
  {
    at: '8.5.3.1',
    says: `[…] or by means of directed presence […]`,
    script: `
      there: ann, bo
      bo > <presence to='{ann}'/>
      ann < <presence from='{bo/desk}'/>
      ann > <iq type='get' id='q1' to='{bo/desk}'>${version}</iq>
      bo < <iq type='get' id='q1' from='{ann/desk}'>${version}</iq>
    `,
  },
  {
    at: '8.5.3.1',
    says: `[…] by means of a presence subscription of type "both" or "from" […]`,
    that: 'who only sees the other is not asked by him',
    script: `
      there: ann, bo
      bo > <presence type='subscribe' to='{ann}'/>
      ann < <presence type='subscribe'/>
      ann > <presence type='subscribed' to='{bo}'/>
      all is read
      ann > <iq type='get' id='q1' to='{bo/desk}'>${version}</iq>
      ann < <iq type='error' id='q1'>${unavailable}</iq>
      bo > <iq type='get' id='q2' to='{ann/desk}'>${version}</iq>
      ann < <iq type='get' id='q2' from='{bo/desk}'>${version}</iq>
    `,
  },
  ...[undefined, 'unavailable'].map((type): Case => ({
    at: '8.5.3.1',
    says: `For a presence stanza with no 'type' attribute or a 'type' attribute of "unavailable", the server MUST deliver the stanza to the resource.`,
    that: type ?? 'no type',
    script: `
      there: ann, bo, bo/pad
      ann > <presence to='{bo/pad}'${type === undefined ? '' : ` type='${type}'`}/>
      bo/pad < <presence from='{ann/desk}' to='{bo/pad}' type='${type ?? '{none}'}'/>
      bo !< <presence/>
    `,
  })),
  ...[undefined, 'unavailable'].map((type): Case => ({
    at: '8.5.3.2.2',
    says: `For a presence stanza with no 'type' attribute or a 'type' attribute of "unavailable", the server MUST silently ignore the stanza.`,
    that: type ?? 'no type',
    script: `
      there: ann, bo
      ann > <presence to='{bo}/gone'${type === undefined ? '' : ` type='${type}'`}/>
      bo !< <presence/>
      ann !< <presence/>
    `,
  })),
  ...['get', 'set'].map((type): Case => ({
    at: '8.5.3.2.3',
    says: `For an IQ stanza, the server MUST return a <service-unavailable/> stanza error to the sender.`,
    that: type,
    script: `
      there: ann, bo, ann=bo
      ann > <iq type='${type}' id='q1' to='{bo}/gone'>${ping}</iq>
      ann < <iq type='error' id='q1' from='{bo}/gone'>${unavailable}</iq>
      bo !< <iq/>
    `,
  })),
  {
    at: '8.5.3.2.3',
    says: `For an IQ stanza, the server MUST return a <service-unavailable/> stanza error to the sender.`,
    that: 'answers are dropped, as no error answers them',
    script: `
      there: ann, bo
      ann > <iq type='result' id='q1' to='{bo}/gone'/>
      ann !< <iq/>
    `,
  },
])
