// XEP-0050: Ad-Hoc Commands, version 1.3.0
// Source: https://xmpp.org/extensions/xep-0050.html
import { type Clock } from '../../base/clock.ts'
import { type Random } from '../../base/random.ts'
import { type Directory } from '../../directory/ports.ts'
import { el, type Element } from '../../xml/element.ts'
import { type Speaker } from '../services.ts'
import { readForm } from '../wire/data-form.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Asker, type Command, type Completed, type Outcome, type Stage } from './command.ts'
import { badCommand, badPayload, forbidden } from './errors.ts'
import { createRuns, type Run, type Runs } from './runs.ts'

const actions = ['execute', 'cancel', 'prev', 'next', 'complete'] as const
type Action = (typeof actions)[number]

/** What everything of ours is written in: section 3.6. */
const language = 'en'

/** The commands of one address: the server, or a service at another domain of ours. */
export type Commands = {
  /** Discovery at their nodes; null where the node is none of theirs. @throws {StanzaError} */
  info(node: string, from: Speaker): Element | null
  items(node: string, from: Speaker): Element | null
  /** @param request `<command/>` of an IQ of the type `set`. @returns the answer. @throws {StanzaError} by section 4.4 */
  run(request: Element, from: Speaker): Promise<Element>
  /** A device has gone. @param owner full JID */
  forget(owner: string): void
}

type Parts = {
  readonly directory: Pick<Directory, 'get'>
  readonly clock: Clock
  readonly random: Random
  /** Those of several addresses together, where these share the bounds. */
  readonly runs?: Runs
}

/** @param jid the address that has them */
export function createCommands(jid: string, table: readonly Command[], parts: Parts): Commands {
  const byNode = new Map(table.map((command) => [command.node, command]))
  const runs = parts.runs ?? createRuns(parts)
  const steps = createSteps(runs)
  const askerOf = (speaker: Speaker): Asker => ({
    speaker,
    person: speaker.session ? parts.directory.get(speaker.id) : null,
  })

  return {
    info(node, from) {
      if (node === ns.commands) return nodeInfo(node, { type: 'command-list' })
      const command = byNode.get(node)
      if (!command) return null
      // Section 2.2.
      if (!command.may(askerOf(from))) throw forbidden()
      return nodeInfo(node, { type: 'command-node', name: command.name })
    },
    items(node, from) {
      if (byNode.has(node)) return el('query', ns.discoItems, { node })
      if (node !== ns.commands) return null
      const asker = askerOf(from)
      const items = table
        .filter((command) => command.may(asker))
        .map(({ node: its, name }) => el('item', ns.discoItems, { jid, node: its, name }))
      return el('query', ns.discoItems, { node }, ...items)
    },
    async run(request, from) {
      const action = actionOf(request)
      const { node, sessionid } = request.attrs
      if (node === undefined)
        throw new StanzaError('bad-request', { text: 'A command has a node.' })
      const command = byNode.get(node)
      if (!command) throw new StanzaError('item-not-found', { text: 'There is no such command.' })
      const asker = askerOf(from)
      if (!command.may(asker)) throw forbidden()
      if (sessionid === undefined) return await steps.begin(command, request, { asker, action })
      const run = runs.take(sessionid, { owner: from.jid.text, command })
      return await steps.goOn(run, request, { asker, action })
    },
    forget: (owner) => runs.forget(owner),
  }
}

type Steps = {
  begin(command: Command, request: Element, how: How): Promise<Element>
  goOn(run: Run, request: Element, how: How): Promise<Element>
}

type How = { readonly asker: Asker; readonly action: Action }

/** The steps of commands, each with its answer. */
function createSteps(runs: Runs): Steps {
  /** Keeps what is to be gone on with. @returns what is said of it */
  function show(
    run: Omit<Run, 'stages' | 'at'>,
    before: readonly Stage[],
    outcome: Outcome,
  ): Element {
    if (outcome.kind === 'completed') {
      runs.ended(run.id)
      return answer(run, 'completed', ...completedChildren(outcome))
    }
    const stages = [...before, outcome]
    runs.keep({ ...run, stages })
    return answer(run, 'executing', actionsOf(stages), outcome.form)
  }

  async function step(run: Run, request: Element, { asker, action }: How): Promise<Element> {
    const { stages } = run
    const [stage, before] = [stages.at(-1), stages.at(-2)]
    if (action === 'prev' && before) return show(run, stages.slice(0, -2), before)
    if (!stage || (action !== 'execute' && action !== stage.proceeds))
      throw badCommand('bad-action')
    return show(run, stages, await take(stage, request, asker))
  }

  return {
    async begin(command, request, { asker, action }) {
      if (action !== 'execute') throw badCommand('bad-action')
      const { text: owner, bare } = asker.speaker.jid
      const outcome = await command.start(asker)
      const run = { id: runs.newId(), owner, bare, command }
      const isFilledIn = command.takesFormAtOnce === true && readForm(request)?.kind === 'submit'
      if (!isFilledIn || outcome.kind === 'completed') return show(run, [], outcome)
      return show(run, [outcome], await take(outcome, request, asker))
    },
    async goOn(run, request, how) {
      if (how.action === 'cancel') {
        runs.ended(run.id)
        return answer(run, 'canceled')
      }
      try {
        return await step(run, request, how)
      } catch (error) {
        // What was refused can be put right and sent again.
        if (error instanceof StanzaError) runs.keep(run)
        throw error
      }
    },
  }
}

function actionOf({ attrs }: Element): Action {
  const { action = 'execute' } = attrs
  const known = actions.find((name) => name === action)
  if (known === undefined) throw badCommand('malformed-action')
  return known
}

async function take(stage: Stage, request: Element, asker: Asker): Promise<Outcome> {
  const form = readForm(request)
  // Section 3.4.1: `cancel` counts as `submit`.
  if (form?.kind !== 'submit' && form?.kind !== 'cancel') {
    throw badPayload('The form of this stage has to be filled in and sent along.')
  }
  const ours = readForm(el('command', ns.commands, {}, stage.form))?.formType ?? null
  if (form.formType !== null && form.formType !== ours) {
    throw badPayload(`This form is not of the type ${ours ?? 'that was asked for'}.`)
  }
  return await stage.take(form, asker)
}

/** Section 3.4: `execute` names an action that is among them. */
function actionsOf(stages: readonly Stage[]): Element {
  const proceeds = stages.at(-1)?.proceeds ?? 'complete'
  const allowed = [...(stages.length > 1 ? ['prev'] : []), proceeds]
  return el(
    'actions',
    ns.commands,
    { execute: proceeds },
    ...allowed.map((name) => el(name, ns.commands)),
  )
}

function completedChildren({ form, notes }: Completed): Element[] {
  const said = notes.map(({ type, text }) => el('note', ns.commands, { type }, text))
  return form ? [form, ...said] : said
}

function answer(
  { id, command }: Pick<Run, 'id' | 'command'>,
  status: 'executing' | 'completed' | 'canceled',
  ...children: readonly Element[]
): Element {
  const attrs = { node: command.node, sessionid: id, status, 'xml:lang': language }
  return el('command', ns.commands, attrs, ...children)
}

function nodeInfo(node: string, identity: Readonly<Record<string, string>>): Element {
  const features = [ns.commands, ...(identity['name'] === undefined ? [] : [ns.dataForms])]
  return el(
    'query',
    ns.discoInfo,
    { node },
    el('identity', ns.discoInfo, { category: 'automation', ...identity }),
    ...features.map((name) => el('feature', ns.discoInfo, { var: name })),
  )
}
