import { type ProvedLog } from '../api/record/ports.ts'
import { type Keys } from '../record/keys/ports.ts'
import { type Config } from './config.ts'
import { ownLogIn } from './own-log.ts'
import { scrubKept } from './scrub.ts'

export function provedLogIn({ data }: Pick<Config, 'data'>, keys: Pick<Keys, 'log'>): ProvedLog {
  return {
    ...ownLogIn(data, keys),
    verifierKeys: () => keys.log.verifierKeys,
    scrubbed: async () => await scrubKept({ data }),
  }
}
