// XEP-0388: Extensible SASL Profile, version 1.0.4: §2.6.1, what comes with a success.
// Source: https://xmpp.org/extensions/xep-0388.html
import { bindInline } from './bind2.ts'
import { type StreamHost } from './host.ts'
import { takeUp } from './resume.ts'
import { tokenFor } from './fast.ts'
import { success2 } from './sasl2.ts'
import { type Passed } from './sign-in.ts'
import { type Stream } from './stream.ts'

/** Does what the client has asked for together with signing in, and says so in one answer. */
export async function enter(passed: Passed, stream: Stream, host: StreamHost): Promise<void> {
  const { person, data, wishes } = passed
  const token = await tokenFor(passed, host)
  if (!stream.isOpen) return
  let more = token
  // Resumption comes first, and with it nothing is bound (XEP-0386 §3.2).
  if (wishes.resume) {
    const failed = await takeUp(wishes.resume, passed, stream, {
      host,
      say: (resumed, { jid }) => success2(data, jid.text, token + resumed),
    })
    if (failed === null) return
    more += failed
  }
  if (wishes.bind) {
    const say = (address: string, bound: string): string => success2(data, address, more + bound)
    await bindInline(wishes.bind, passed, stream, { host, say })
    return
  }
  stream.write(success2(data, person.address, more))
  stream.announce(host.features.after())
}
