import { provedEntryAnswer, recordStandingAnswer } from '../../api/contract/record.ts'
import { administer } from '../admin.ts'
import { answer, type Command, settingsOptions } from '../command.ts'

export const recordShow: Command = {
  name: 'record show',
  usage:
    'onrecord record show                say how many records there are, and show the newest head that was signed, with the keys to check it by',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const told = await administer(call, { method: 'GET', path: '/v1/record' })
    const { size, integrated, waiting, notWritable, verifierKeys, checkpoint } =
      recordStandingAnswer.parse(told)
    const lines = [
      `${size} records, ${size - integrated} of them not in tiles yet, ${waiting} waiting`,
      notWritable === null ? 'it takes messages' : notWritable.text,
      ...verifierKeys,
      ...(checkpoint === null ? ['no head was signed yet'] : ['', checkpoint.trimEnd()]),
    ]
    answer(call, lines.join('\n'), told)
    return 0
  },
}

export const recordProve: Command = {
  name: 'record prove',
  usage:
    'onrecord record prove POSITION      prove that the newest signed head has a record, without its content; --as ADDRESS',
  options: { ...settingsOptions, as: { type: 'string' } },
  words: 1,
  async run(call) {
    const [position = ''] = call.args
    const path = `/v1/record/entries/${encodeURIComponent(position)}`
    const told = await administer(call, { method: 'GET', path })
    const { proof, checkpoint } = provedEntryAnswer.parse(told)
    const lines = [
      `leaf ${proof.index} of ${proof.size}: ${proof.leafHash}`,
      ...proof.path,
      '',
      checkpoint.trimEnd(),
    ]
    answer(call, lines.join('\n'), told)
    return 0
  },
}
