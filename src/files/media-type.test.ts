import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentType, essenceOf, isShown, mediaType } from './media-type.ts'

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

for (const [start, type] of [
  ['\xff\xd8\xff\xe0', 'image/jpeg'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['RIFF\0\0\0\0WEBPVP8 ', 'image/webp'],
  ['RIFF\0\0\0\0WAVEfmt ', 'audio/wav'],
  ['\0\0\0\x18ftypheic\0\0\0\0', 'image/heic'],
  ['\0\0\0\x18ftypavif\0\0\0\0', 'image/avif'],
  ['\0\0\0\x18ftypisom\0\0\0\0', 'video/mp4'],
  ['%PDF-1.7', 'application/pdf'],
  ['\x7fELF\x02', 'application/x-executable'],
  ['a letter', 'text/plain'],
  ['', 'text/plain'],
  ['a letter with \x01', 'application/octet-stream'],
  ['\xe9t\xe9 in latin-1, which is no UTF-8', 'application/octet-stream'],
] as const) {
  test(`bytes that begin ${JSON.stringify(start)} are ${type}, whatever is claimed`, () => {
    for (const claimed of [null, 'text/html', 'image/svg+xml', 'image/png'])
      assert.equal(mediaType(latin1(start), claimed), type)
  })
}

test('text that is cut in the middle of a character is text', () => {
  assert.equal(mediaType(Buffer.from('très').subarray(0, 3), null), 'text/plain')
  assert.equal(contentType('text/plain'), 'text/plain; charset=utf-8')
})

test('a document that is an archive is what it claims, as it is never shown in place', () => {
  const claimed = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
  assert.equal(mediaType(latin1('PK\x03\x04'), claimed), claimed)
  assert.equal(mediaType(latin1('PK\x03\x04'), 'text/html'), 'application/zip')
  assert.equal(isShown(claimed), false)
})

test('what could run is not shown in place', () => {
  for (const type of ['text/html', 'image/svg+xml', 'application/xml', 'application/octet-stream'])
    assert.equal(isShown(type), false)
  for (const type of ['image/png', 'audio/ogg', 'video/mp4', 'text/plain', 'application/pdf'])
    assert.equal(isShown(type), true)
})

test('a media type is compared without parameters and case', () => {
  assert.equal(essenceOf('Text/Plain; charset=utf-8'), 'text/plain')
  for (const none of ['', 'text', 'text/', 'text/plain/x', 'a b/c', 'text/\r\nx: y'])
    assert.equal(essenceOf(none), null)
})
