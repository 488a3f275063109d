// AWS Signature Version 4.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

import { toHex, utf8 } from '../../base/bytes.ts'
import { hmac256, secretKey, sha256 } from '../../base/crypto.ts'
import { type Secret } from '../../base/secret.ts'
import { type Question } from '../key-holders/ask.ts'

export type AwsCredentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: Secret<string>
  /** Of temporary credentials; null: they are permanent. */
  readonly sessionToken: Secret<string> | null
}

/** Where and when a request is signed for. */
export type SigningScope = {
  readonly region: string
  readonly service: string
  /** Ms since 1970. AWS takes what is within five minutes of its own clock. */
  readonly atMs: number
}

/** The request with the headers that sign it. The query must be empty, as it is in requests of KMS. */
export function signRequest(
  question: Question,
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
  { region, service, atMs }: SigningScope,
): Question {
  const { method, url, body } = question
  // 20150830T123600Z
  const time = new Date(atMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const headers: Record<string, string> = {
    ...question.headers,
    host: url.host,
    'x-amz-date': time,
  }
  if (sessionToken !== null) headers['x-amz-security-token'] = sessionToken.reveal()
  const names = Object.keys(headers).toSorted()
  const signedHeaders = names.join(';')
  const canonical = [
    method,
    url.pathname,
    '',
    ...names.map((name) => `${name}:${headers[name] ?? ''}`),
    '',
    signedHeaders,
    toHex(sha256(utf8(body ?? ''))),
  ].join('\n')
  const day = time.slice(0, 8)
  const scope = `${day}/${region}/${service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', time, scope, toHex(sha256(utf8(canonical)))].join('\n')
  const key = [day, region, service, 'aws4_request'].reduce<Uint8Array>(
    (last, part) => hmac256(secretKey(last), utf8(part)),
    utf8(`AWS4${secretAccessKey.reveal()}`),
  )
  const signature = toHex(hmac256(secretKey(key), utf8(toSign)))
  const credential = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}`
  const authorization = `${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`
  return { ...question, headers: { ...headers, authorization } }
}
