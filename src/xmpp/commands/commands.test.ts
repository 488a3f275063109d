import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeTime } from '../../../test/fakes/timer.ts'
import { systemRandom } from '../../base/random.ts'
import { el, type Element, elements, textOf } from '../../xml/element.ts'
import { parseFrame } from '../../xml/frame.ts'
import { defaultXmlLimits } from '../../xml/limits.ts'
import { serialize } from '../../xml/serialize.ts'
import { outsider, type Speaker } from '../services.ts'
import { buildForm } from '../wire/data-form.ts'
import { parseJid } from '../wire/jid.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Command, completed, type Stage } from './command.ts'
import { createCommands } from './commands.ts'
import { badPayload } from './errors.ts'

const NS = 'http://jabber.org/protocol/commands'

const form = (name: string): Element =>
  buildForm('form', 'urn:test', [{ name, type: 'text-single' }])

/** Asks for a colour, then for a size. */
const order: Command = {
  node: 'order',
  name: 'Order',
  may: ({ speaker: asker }) => asker.jid.local !== 'eve',
  start: () => colour,
}
const colour: Stage = {
  kind: 'stage',
  form: form('colour'),
  proceeds: 'next',
  take: ({ values }) => {
    const [chosen = ''] = values.get('colour') ?? []
    if (chosen === '') throw badPayload('Which colour?')
    return {
      kind: 'stage',
      form: form('size'),
      proceeds: 'complete',
      take: (size) => completed(`${chosen} ${size.values.get('size')?.[0] ?? ''}`),
    }
  },
}
const count: Command = {
  node: 'count',
  name: 'Count',
  may: () => true,
  start: () => completed('42', buildForm('result', 'urn:test', [{ name: 'n', values: ['42'] }])),
}

function speaker(text: string): Speaker {
  const jid = parseJid(text)
  assert.ok(jid)
  return outsider({ jid, origin: 'native', send() {} })
}

function place() {
  const time = fakeTime()
  const commands = createCommands('rooms.localhost', [order, count], {
    directory: { get: () => null },
    clock: time,
    random: systemRandom(),
  })
  /** The answer, or `condition/specific (type)` of the error. */
  const run = async (attrs: string, inside = '', from = 'ann@x/1'): Promise<Element | string> => {
    try {
      const xml = `<command xmlns='${NS}' ${attrs}>${inside}</command>`
      const request = parseFrame(xml, defaultXmlLimits)
      return await commands.run(request, speaker(from))
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error
      return `${error.condition}/${error.detail?.name ?? ''} (${error.type})`
    }
  }
  return { time, commands, run }
}

const submit = (name: string, value: string): string =>
  `<x xmlns='jabber:x:data' type='submit'><field var='${name}'><value>${value}</value></field></x>`

function answered(value: Element | string): Element {
  if (typeof value === 'string') assert.fail(value)
  return value
}

const idOf = (value: Element | string): string => answered(value).attrs['sessionid'] ?? ''

/** The actions of a stage, the default one first with a star. */
function actionsIn(value: Element | string): string {
  const actions = elements(answered(value)).find(({ name }) => name === 'actions')
  return `${actions?.attrs['execute']}: ${
    actions
      ? elements(actions)
          .map(({ name }) => name)
          .join()
      : ''
  }`
}

test('a command without a form is completed at once, with its result before its note', async () => {
  const { run } = place()
  const done = answered(await run(`node='count'`))
  assert.equal(done.attrs['status'], 'completed')
  assert.equal(done.attrs['node'], 'count')
  assert.notEqual(done.attrs['sessionid'] ?? '', '')
  assert.deepEqual(
    elements(done).map(({ name }) => name),
    ['x', 'note'],
  )
})

test('stages go forward, back and to the end, each with the actions that it has and the right default', async () => {
  const { run } = place()
  const first = await run(`node='order' action='execute'`)
  const at = `node='order' sessionid='${idOf(first)}'`
  assert.equal(answered(first).attrs['status'], 'executing')
  assert.equal(actionsIn(first), 'next: next')
  const second = await run(`${at} action='next'`, submit('colour', 'red'))
  assert.equal(actionsIn(second), 'complete: prev,complete')
  assert.equal(idOf(second), idOf(first))
  const back = await run(`${at} action='prev'`)
  assert.equal(actionsIn(back), 'next: next')
  assert.match(serialize(answered(back)), /var='colour'/)
  await run(at, submit('colour', 'blue'))
  const done = answered(await run(`${at} action='complete'`, submit('size', 'XL')))
  assert.equal(done.attrs['status'], 'completed')
  assert.equal(textOf(elements(done).find(({ name }) => name === 'note')), 'blue XL')
})

test('a command is canceled at any stage, and has ended then', async () => {
  const { run } = place()
  const at = `node='order' sessionid='${idOf(await run(`node='order'`))}'`
  const canceled = answered(await run(`${at} action='cancel'`))
  assert.equal(canceled.attrs['status'], 'canceled')
  assert.equal(await run(at, submit('colour', 'red')), 'not-allowed/session-expired (cancel)')
})

test('what is wrong with a request is told as section 4.4 of XEP-0050 has it', async () => {
  const { run } = place()
  assert.equal(await run(''), 'bad-request/ (modify)')
  assert.equal(await run(`node='none'`), 'item-not-found/ (cancel)')
  assert.equal(await run(`node='order' action='dance'`), 'bad-request/malformed-action (modify)')
  assert.equal(await run(`node='order' action='next'`), 'bad-request/bad-action (modify)')
  assert.equal(await run(`node='order'`, '', 'eve@x/1'), 'forbidden/ (cancel)')
  assert.equal(
    await run(`node='order' sessionid='never'`, submit('colour', 'red')),
    'bad-request/bad-sessionid (modify)',
  )
  const at = `node='order' sessionid='${idOf(await run(`node='order'`))}'`
  assert.equal(await run(at), 'bad-request/bad-payload (modify)')
  assert.equal(await run(at, submit('colour', '')), 'bad-request/bad-payload (modify)')
  assert.equal(await run(at, submit('FORM_TYPE', 'urn:other')), 'bad-request/bad-payload (modify)')
  assert.equal(await run(`${at} action='prev'`), 'bad-request/bad-action (modify)')
  assert.equal(await run(`${at} action='complete'`), 'bad-request/bad-action (modify)')
  // After all of that it can still be gone on with.
  assert.equal(actionsIn(await run(at, submit('colour', 'red'))), 'complete: prev,complete')
  const done = await run(at, submit('size', 'XL'))
  assert.equal(answered(done).attrs['status'], 'completed')
  assert.equal(await run(at), 'not-allowed/session-expired (cancel)')
})

test('a command belongs to the device that began it', async () => {
  const { run, commands } = place()
  const at = `node='order' sessionid='${idOf(await run(`node='order'`))}'`
  for (const other of ['ann@x/2', 'ben@x/1'])
    assert.equal(
      await run(at, submit('colour', 'red'), other),
      'bad-request/bad-sessionid (modify)',
    )
  assert.equal(
    await run(at.replace('order', 'count'), submit('colour', 'red')),
    'bad-request/bad-sessionid (modify)',
  )
  commands.forget('ann@x/1')
  assert.equal(await run(at, submit('colour', 'red')), 'not-allowed/session-expired (cancel)')
})

test('commands that nobody goes on with end, in time and when there are too many', async () => {
  const { run, time } = place()
  const first = `node='order' sessionid='${idOf(await run(`node='order'`))}'`
  for (let more = 0; more < 16; more += 1) await run(`node='order'`)
  assert.equal(await run(first, submit('colour', 'red')), 'not-allowed/session-expired (cancel)')
  const last = `node='order' sessionid='${idOf(await run(`node='order'`))}'`
  time.pass(599_000)
  assert.equal(actionsIn(await run(last, submit('colour', 'red'))), 'complete: prev,complete')
  time.pass(600_000)
  assert.equal(await run(last, submit('size', 'XL')), 'not-allowed/session-expired (cancel)')
  for (let person = 0; person < 1_000; person += 1) await run(`node='order'`, '', `p${person}@x/1`)
  assert.equal(await run(`node='order'`), 'resource-constraint/ (wait)')
  assert.equal(answered(await run(`node='count'`)).attrs['status'], 'completed')
})

test('commands are found by discovery, by those who may run them', () => {
  const { commands } = place()
  const shown = (from: string): string[] =>
    elements(commands.items(NS, speaker(from)) ?? el('none', '')).map(
      ({ attrs }) => `${attrs['jid']} ${attrs['node']} ${attrs['name']}`,
    )
  assert.deepEqual(shown('ann@x/1'), ['rooms.localhost order Order', 'rooms.localhost count Count'])
  assert.deepEqual(shown('eve@x/1'), ['rooms.localhost count Count'])
  assert.match(
    serialize(commands.info('order', speaker('ann@x/1')) ?? el('none', '')),
    /node='order'><identity category='automation' type='command-node' name='Order'\/><feature var='http:\/\/jabber.org\/protocol\/commands'\/><feature var='jabber:x:data'\/>/,
  )
  assert.match(
    serialize(commands.info(NS, speaker('eve@x/1')) ?? el('none', '')),
    /<identity category='automation' type='command-list'\/>/,
  )
  assert.throws(() => commands.info('order', speaker('eve@x/1')), { condition: 'forbidden' })
  assert.equal(commands.info('other', speaker('ann@x/1')), null)
  assert.equal(commands.items('other', speaker('ann@x/1')), null)
})
