import { type Case, conform } from './conform.ts'

const contacts = `there: ann, bo, ann=bo`

conform('RFC 6121', 'initial presence', [
  {
    at: '4.2.2',
    says: `[…] the user's server MUST send the initial presence stanza from the full JID <user@domainpart/resourcepart> of the user to all contacts that are subscribed to the user's presence […]`,
    script: `
      ${contacts}
      ann/pad connects
      ann/pad > <presence><show>xa</show></presence>
      bo < <presence from='{ann/pad}' to='{bo}' type='{none}'><show>xa</show></presence>
    `,
  },
  {
    at: '4.2.2',
    says: `The user's server MUST also broadcast initial presence from the user's newly available resource to all of the user's available resources, including the resource that generated the presence notification in the first place […]`,
    script: `
      there: ann, ann/mute connected
      ann/pad connects
      ann/pad > <presence/>
      ann/pad < <presence from='{ann/pad}' to='{ann}'/>
      ann < <presence from='{ann/pad}' to='{ann}'/>
      ann/mute !< <presence/>
    `,
  },
  {
    at: '4.2.2',
    says: `In the absence of presence information about the user's contacts, the user's server MUST also send presence probes to the user's contacts on behalf of the user […]`,
    that: 'their presence comes',
    script: `
      ${contacts}
      bo > <presence><show>away</show></presence>
      ann/pad connects
      ann/pad > <presence/>
      ann/pad < <presence from='{bo/desk}' type='{none}'><show>away</show></presence>
    `,
  },
  {
    at: '4.2.2',
    says: `[…] the user's server MUST also send presence probes to the user's contacts on behalf of the user […]`,
    that: 'at another domain, from its full address',
    script: `
      outsider: cy
      there: ann
      ann > <presence type='subscribe' to='{cy}'/>
      cy < <presence type='subscribe'/>
      cy > <presence type='subscribed' to='{ann}'/>
      all is read
      ann/pad connects
      ann/pad > <presence/>
      cy < <presence type='probe' from='{ann/pad}' to='{cy}'/>
    `,
  },
  {
    at: '4.2.2',
    says: `[…] to all contacts that are subscribed to the user's presence […]`,
    that: 'and to nobody else',
    script: `
      there: ann, bo
      ann > <presence type='subscribe' to='{bo}'/>
      bo < <presence type='subscribe'/>
      bo > <presence type='subscribed' to='{ann}'/>
      all is read
      ann/pad arrives
      bo !< <presence from='{ann/pad}'/>
    `,
  },
  {
    at: '4.2.3',
    says: `[…] the contact's server MUST deliver the user's presence stanza to all of the contact's available resources.`,
    script: `
      there: ann, bo, bo/pad -7, bo/mute connected, ann=bo
      ann/phone arrives
      bo < <presence from='{ann/phone}'/>
      bo/pad < <presence from='{ann/phone}'/>
      bo/mute !< <presence from='{ann/phone}'/>
    `,
  },
  {
    at: '4.2.1',
    says: `[…] a client […] SHOULD send initial presence […]`,
    that: 'one that does not is not seen, and sees nobody',
    script: `
      ${contacts}
      ann/mute connects
      bo > <presence><show>dnd</show></presence>
      bo !< <presence from='{ann/mute}'/>
      ann/mute !< <presence/>
    `,
  },
])

/** A probe of ann's, to bo: what she may know, who is there, what she hears. */
const probes: readonly (readonly [string, string, string])[] = [
  [
    'If the contact account does not exist or the user is in the contact\'s roster with a subscription state other than "From", "From + Pending Out", or "Both" […], then the contact\'s server SHOULD return a presence stanza of type "unsubscribed" in response to the presence probe […]',
    `there: ann, bo`,
    `ann < <presence type='unsubscribed' from='{bo}'/>
     ann !< <presence from='{bo/desk}'/>`,
  ],
  [
    'Else, if the contact has no available resources, then the server SHOULD reply to the presence probe by sending to the user a presence stanza of type "unavailable" […]',
    `there: ann, bo, ann=bo
     bo leaves
     all is read`,
    `ann < <presence type='unavailable' from='{bo}'/>`,
  ],
  [
    "Else, if the contact has at least one available resource, then the server MUST reply to the presence probe by sending to the user the full XML of the last presence stanza with no 'to' attribute received by the server from each of the contact's available resources.",
    `there: ann, bo, bo/pad 4, ann=bo
     bo > <presence><show>away</show><status>lunch</status><x xmlns='urn:example:x'>more</x></presence>
     bo/mute connects
     all is read`,
    `ann < <presence from='{bo/desk}' type='{none}'><show>away</show><status>lunch</status><x xmlns='urn:example:x'>more</x></presence>
     ann < <presence from='{bo/pad}'><priority>4</priority></presence>
     ann !< <presence/>`,
  ],
]

conform('RFC 6121', 'presence probes', [
  ...probes.map(([says, before, after]): Case => ({
    at: '4.3.2',
    says,
    that: 'a client asks',
    script: `
      ${before}
      ann > <presence type='probe' to='{bo}'/>
      ${after}
    `,
  })),
  ...probes.map(([says, before, after]): Case => ({
    at: '4.3.2',
    says,
    that: 'a server asks',
    script: `
      outsider: cy
      ${before.replaceAll('ann, ', '').replace(', ann=bo', `\nbo > <presence type='subscribed' to='{cy}'/>\ncy > <presence type='subscribe' to='{bo}'/>\nall is read`).replace('bo leaves', 'dee arrives\nbo leaves')}
      cy > <presence type='probe' to='{bo}'/>
      ${after.replaceAll('ann ', 'cy ')}
    `,
  })),
  {
    at: '4.3.2',
    says: `If the contact account does not exist […], then the contact's server SHOULD return a presence stanza of type "unsubscribed" in response to the presence probe […]`,
    that: 'nobody',
    script: `
      there: ann
      ann > <presence type='probe' to='nobody@{domain}'/>
      ann < <presence type='unsubscribed' from='nobody@{domain}'/>
    `,
  },
  {
    at: '4.3.2',
    says: `[…] from each of the contact's available resources.`,
    that: 'a probe to a full address is about that one',
    script: `
      there: ann, bo, bo/pad, ann=bo
      ann > <presence type='probe' to='{bo/pad}'/>
      ann < <presence from='{bo/pad}' type='{none}'/>
      ann !< <presence from='{bo/desk}'/>
    `,
  },
  {
    at: '4.3.2',
    says: `[…] the last presence stanza with no 'to' attribute […]`,
    that: 'not what was sent directly',
    script: `
      there: ann, bo, dee, ann=bo
      bo > <presence to='{dee}'><show>chat</show></presence>
      all is read
      ann > <presence type='probe' to='{bo}'/>
      ann < <presence from='{bo/desk}'><show>{none}</show></presence>
    `,
  },
])

conform('RFC 6121', 'subsequent and unavailable presence', [
  {
    at: '4.4.2',
    says: `Upon receiving a presence stanza expressing updated availability, the user's server MUST broadcast the full XML of that presence stanza to the contacts who meet all of the following criteria […]`,
    script: `
      ${contacts}
      ann > <presence xml:lang='en' id='p7'><show>away</show><status>In a meeting.</status><priority>1</priority>
        <c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:x' ver='abc'/></presence>
      bo < <presence from='{ann/desk}' to='{bo}' xml:lang='en' id='p7'><show>away</show><status>In a meeting.</status><priority>1</priority>
        <c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:x' ver='abc'/></presence>
    `,
  },
  {
    at: '4.4.2',
    says: `The user's server MUST also send the presence stanza to all of the user's available resources (including the resource that generated the presence notification in the first place).`,
    script: `
      there: ann, ann/pad
      ann > <presence><show>dnd</show></presence>
      ann < <presence from='{ann/desk}'><show>dnd</show></presence>
      ann/pad < <presence from='{ann/desk}'><show>dnd</show></presence>
    `,
  },
  {
    at: '4.4.2',
    says: `[…] the user's server MUST NOT send presence probes […]`,
    that: 'presence that changes brings nothing of others',
    script: `
      ${contacts}
      ann > <presence><show>away</show></presence>
      ann !< <presence from='{bo/desk}'/>
    `,
  },
  {
    at: '4.5.2',
    says: `[…] it MUST broadcast the full XML of that presence stanza to all of the user's contacts […] that are subscribed […]`,
    that: 'with its words',
    script: `
      ${contacts}
      ann > <presence type='unavailable'><status>Good night.</status></presence>
      bo < <presence type='unavailable' from='{ann/desk}' to='{bo}'><status>Good night.</status></presence>
    `,
  },
  {
    at: '4.5.2',
    says: `The user's server MUST also send the unavailable notification to all of the user's available resources (as well as to the resource that generated the unavailable presence in the first place).`,
    script: `
      there: ann, ann/pad
      ann > <presence type='unavailable'/>
      ann < <presence type='unavailable' from='{ann/desk}'/>
      ann/pad < <presence type='unavailable' from='{ann/desk}'/>
    `,
  },
  ...(['leaves', 'is cut off'] as const).map((how) => ({
    at: '4.5.2',
    says: `The user's server MUST NOT depend on receiving unavailable presence from an available resource, since the resource might become unavailable ungracefully […]`,
    that: how,
    script: `
      there: ann, ann/pad, bo, ann=bo
      ann ${how}
      bo < <presence type='unavailable' from='{ann/desk}' to='{bo}'/>
      ann/pad < <presence type='unavailable' from='{ann/desk}'/>
    `,
  })),
  {
    at: '4.5.2',
    says: `If the user's server detects that the user has gone offline ungracefully, then the server MUST generate the unavailable presence broadcast on the user's behalf.`,
    that: 'for a device that has said goodbye before, nothing more',
    script: `
      ${contacts}
      ann > <presence type='unavailable'/>
      bo < <presence type='unavailable'/>
      ann leaves
      bo !< <presence/>
    `,
  },
  {
    at: '4.5.4',
    says: `[…] from the perspective of the server, the resource is […] merely a connected resource […]`,
    that: 'it may come back',
    script: `
      ${contacts}
      ann > <presence type='unavailable'/>
      all is read
      ann > <presence/>
      bo < <presence from='{ann/desk}' type='{none}'/>
      ann < <presence from='{bo/desk}' type='{none}'/>
    `,
  },
])
