import { OperatorError } from '../../base/errors.ts'
import { StanzaError, type Condition } from '../wire/stanza-error.ts'

/** What was refused in the words of stanzas, as the API has it. */
const codes: Readonly<{ [condition in Condition]?: readonly [code: string, sentence: string] }> = {
  'item-not-found': ['chat.unknown', 'There is nothing there that you can see.'],
  'service-unavailable': ['chat.unknown', 'There is nobody there who takes messages from you.'],
  'remote-server-not-found': ['chat.unknown', 'There is nobody there who can be reached.'],
  forbidden: ['chat.not-allowed', 'You may not do that here.'],
  'not-allowed': ['chat.not-allowed', 'You may not do that here.'],
  'not-authorized': ['chat.not-allowed', 'You may not do that here.'],
  'registration-required': ['chat.not-allowed', 'You may not do that here.'],
  'jid-malformed': ['api.bad-request', 'This is no address.'],
  'bad-request': ['api.bad-request', 'This cannot be done so.'],
  'resource-constraint': ['chat.busy', 'This cannot be done just now.'],
}

/** Does it, and has what is refused said in the words of the API. @throws {OperatorError} */
export async function inWordsOfApi<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error
    const [code, sentence] = codes[error.condition] ?? ['chat.refused', 'This was refused.']
    throw new OperatorError(code, error.text ?? sentence, { cause: error })
  }
}
