import { readConfig } from '../../server/config.ts'
import { scrubKept } from '../../server/scrub.ts'
import { answer, type Command, settingsOptions, settingsSources } from '../command.ts'

export const recordScrub: Command = {
  name: 'record scrub',
  usage:
    'onrecord record scrub               when everything was last read again, how far that is now, and what was found: exit status 1 if anything was',
  options: settingsOptions,
  words: 0,
  async run(call) {
    const { place, last, findings } = await scrubKept(readConfig(settingsSources(call)))
    const lines = [
      last === null
        ? 'no pass has come to its end yet'
        : `the last pass was over at ${timeOf(last.endedAt)}, and has read ${last.counted.records} records and ${last.counted.bytes} bytes`,
      ...(place === null
        ? []
        : [
            `one began at ${timeOf(place.startedAt)}: ${place.station}, ${place.counted.bytes} bytes so far`,
          ]),
      ...findings.map(({ where, what, passAt }) => `${where}: ${what} (pass of ${timeOf(passAt)})`),
    ]
    answer(call, lines.join('\n'), { place, last, findings })
    return findings.length === 0 ? 0 : 1
  },
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
