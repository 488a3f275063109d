// XEP-0050: Ad-Hoc Commands, version 1.3.0
// Source: https://xmpp.org/extensions/xep-0050.html
import { createCommands } from '../commands/commands.ts'
import { commandsOf } from '../commands/index.ts'
import { type Feature } from '../host.ts'
import { ns } from '../wire/names.ts'

/** The commands of the server itself, each in a file in `commands/`. */
export const commands: Feature = {
  name: 'commands',
  xep: 50,
  title: 'Ad-Hoc Commands',
  version: '1.3.0',
  discovery: [ns.commands, ns.dataForms],
  notes: ['In English alone: `bad-locale` is never said.'],
  setup(host) {
    const own = createCommands(host.domain, commandsOf(host), host)
    host.serverNodes.push(own)
    host.onOpenIq(
      { type: 'set', ns: ns.commands, name: 'command', at: ['server'] },
      async (request, from) => await own.run(request, from),
    )
    host.onClosed(({ jid }) => own.forget(jid.text))
  },
}
