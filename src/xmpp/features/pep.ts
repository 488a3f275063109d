// XEP-0163: Personal Eventing Protocol, version 1.2.2
// Source: https://xmpp.org/extensions/xep-0163.html
import { type Feature } from '../host.ts'

/** Who shares presence is told of what somebody publishes, as far as his devices want to hear of it. The rest is `pubsub.ts`. */
export const pep: Feature = {
  name: 'pep',
  xep: 163,
  title: 'Personal Eventing Protocol',
  version: '1.2.2',
  discovery: [],
  accountIdentities: [{ category: 'pubsub', type: 'pep' }],
  notes: [
    'Notifications do not name the device that published (XEP-0033, section 4.3.1): it may have words in its name.',
  ],
  setup(host) {
    host.onPresence((session) => host.pep.present(session))
  },
}

/** XEP-0222 and XEP-0223: profiles of the above, with nothing for a server to do but publish options. */
export const publicStorage: Feature = {
  name: 'public-storage',
  xep: 222,
  title: 'Persistent Storage of Public Data via PubSub',
  version: '1.0',
  discovery: [],
}

export const privateStorage: Feature = {
  name: 'private-storage',
  xep: 223,
  title: 'Persistent Storage of Private Data via PubSub',
  version: '1.1.1',
  discovery: [],
  notes: [
    'What only its owner can read lies sealed and is not on record, until he lets others read it.',
  ],
}
