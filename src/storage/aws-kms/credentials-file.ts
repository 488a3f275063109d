import { OperatorError } from '../../base/errors.ts'
import { Secret } from '../../base/secret.ts'
import { type AwsCredentials } from './sign-request.ts'

/**
 * The credentials of the profile `default` in a file as AWS's own programs have it.
 *
 * @param path for the message
 * @throws {OperatorError} when there are none
 */
export function parseAwsCredentials(text: Secret<string>, path: string): AwsCredentials {
  const values = new Map<string, string>()
  let isDefault = false
  for (const line of text.reveal().split('\n')) {
    const [, section] = /^\s*\[(.+)\]\s*$/.exec(line) ?? []
    if (section !== undefined) isDefault = section.trim() === 'default'
    const [, name, value] = /^\s*([a-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (isDefault && name !== undefined && value !== undefined) values.set(name, value)
  }
  const accessKeyId = values.get('aws_access_key_id')
  const secretAccessKey = values.get('aws_secret_access_key')
  const sessionToken = values.get('aws_session_token')
  if (!accessKeyId || !secretAccessKey) {
    throw new OperatorError(
      'key.no-credentials',
      `${path} has no aws_access_key_id and aws_secret_access_key under [default]`,
    )
  }
  return {
    accessKeyId,
    secretAccessKey: new Secret(secretAccessKey),
    sessionToken: sessionToken ? new Secret(sessionToken) : null,
  }
}
