// Images as cameras and programs write them, with notes in each place where a format has room for them.

/** What must not go out. */
export const canary = 'canary-note-5083'

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255])
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A segment of a JPEG. */
function segment(marker: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xff, marker]), u16(body.length + 2), body])
}

/** A TIFF block that says which side is up, and where it was. */
export function tiff(orientation: number): Buffer {
  const head = Buffer.concat([latin1('II*\0'), Buffer.from([8, 0, 0, 0, 1, 0])])
  const entry = Buffer.from([0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0])
  return Buffer.concat([head, entry, Buffer.alloc(4), latin1(canary)])
}

const jfif = segment(
  0xe0,
  Buffer.concat([latin1('JFIF\0'), Buffer.from([1, 2, 0, 0, 1, 0, 1, 0, 0])]),
)
const icc = segment(
  0xe2,
  Buffer.concat([latin1('ICC_PROFILE\0'), Buffer.from([1, 1]), latin1('colours')]),
)
const frame = segment(0xc0, Buffer.from([8, 0, 6, 0, 8, 1, 1, 0x11, 0]))
const scanHead = segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0]))
const scanData = Buffer.from([1, 2, 0xff, 0, 3, 0xff, 0xd0, 4, 5])
const endOfImage = Buffer.from([0xff, 0xd9])

/** With Exif, XMP, IPTC, comments between two scans, and a film behind the picture. */
export function jpegWithNotes(orientation = 6): Buffer {
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    jfif,
    segment(0xe1, Buffer.concat([latin1('Exif\0\0'), tiff(orientation)])),
    segment(0xe1, latin1(`http://ns.adobe.com/xap/1.0/\0<x>${canary}</x>`)),
    icc,
    segment(0xe2, latin1(`MPF\0${canary}`)),
    segment(0xed, latin1(`Photoshop 3.0\0${canary}`)),
    segment(0xfe, latin1(canary)),
    frame,
    scanHead,
    scanData,
    segment(0xfe, latin1(canary)),
    scanHead,
    scanData,
    endOfImage,
    latin1(`ftypmp42 ${canary}`),
  ])
}

/** What is left of it. */
export function jpegWithoutNotes(exif: Buffer): Buffer {
  const picture = [frame, scanHead, scanData, scanHead, scanData, endOfImage]
  return Buffer.concat([Buffer.from([0xff, 0xd8]), jfif, exif, icc, ...picture])
}

function pngChunk(type: string, body: Buffer): Buffer {
  return Buffer.concat([u32(body.length), latin1(type), body, latin1('crc!')])
}

const pngStart = latin1('\x89PNG\r\n\x1a\n')
const pngPicture = [
  pngChunk('IHDR', Buffer.alloc(13, 1)),
  pngChunk('iCCP', latin1('colours')),
  pngChunk('IDAT', Buffer.alloc(100, 2)),
  pngChunk('IDAT', Buffer.alloc(50, 3)),
  pngChunk('IEND', Buffer.alloc(0)),
]

export function pngWithNotes(): Buffer {
  const [head = pngStart, colours = pngStart, one = pngStart, two = pngStart, end = pngStart] =
    pngPicture
  const notes = ['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME', 'prIv'].map((type) =>
    pngChunk(type, latin1(canary)),
  )
  return Buffer.concat([pngStart, head, ...notes, colours, one, ...notes, two, end, latin1(canary)])
}

export const pngWithoutNotes = Buffer.concat([pngStart, ...pngPicture])

/** Sub-blocks of 255 bytes at most, and the empty one behind them. */
function blocks(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([bytes.length]), bytes, Buffer.from([0])])
}

const gifStart = Buffer.concat([
  latin1('GIF89a'),
  Buffer.from([2, 0, 2, 0, 0x80, 0, 0]),
  Buffer.alloc(6, 9),
])
const gifLoop = Buffer.concat([
  Buffer.from([0x21, 0xff, 11]),
  latin1('NETSCAPE2.0'),
  blocks(Buffer.from([1, 0, 0])),
])
const gifImage = Buffer.concat([
  Buffer.from([0x21, 0xf9, 4, 0, 0, 0, 0, 0]),
  Buffer.from([0x2c, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2]),
  blocks(Buffer.from([0x44, 0x01])),
])

export function gifWithNotes(): Buffer {
  const comment = Buffer.concat([Buffer.from([0x21, 0xfe]), blocks(latin1(canary))])
  const xmp = Buffer.concat([
    Buffer.from([0x21, 0xff, 11]),
    latin1('XMP DataXMP'),
    blocks(latin1(canary)),
  ])
  return Buffer.concat([
    gifStart,
    comment,
    gifLoop,
    xmp,
    gifImage,
    comment,
    gifImage,
    Buffer.from([0x3b]),
    latin1(canary),
  ])
}

export const gifWithoutNotes = Buffer.concat([
  gifStart,
  gifLoop,
  gifImage,
  gifImage,
  Buffer.from([0x3b]),
])

function riffChunk(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(body.length)
  return Buffer.concat([latin1(type), length, body, Buffer.alloc(body.length % 2)])
}

function riff(...chunks: readonly Buffer[]): Buffer {
  return riffChunk('RIFF', Buffer.concat([latin1('WEBP'), ...chunks]))
}

function extended(flags: number): Buffer {
  return riffChunk('VP8X', Buffer.from([flags, 0, 0, 0, 7, 0, 0, 5, 0, 0]))
}

const webpPicture = [riffChunk('ICCP', latin1('colours')), riffChunk('VP8 ', Buffer.alloc(33, 4))]

export function webpWithNotes(): Buffer {
  const notes = ['EXIF', 'XMP ', 'MINE'].map((type) => riffChunk(type, latin1(canary)))
  return Buffer.concat([riff(extended(0x2c), ...webpPicture, ...notes), latin1(canary)])
}

export const webpWithoutNotes = riff(extended(0x20), ...webpPicture)

function box(type: string, ...body: readonly Buffer[]): Buffer {
  const all = Buffer.concat(body)
  return Buffer.concat([u32(all.length + 8), latin1(type), all])
}

/** An item: its number and type. */
function item(id: number, type: string): Buffer {
  return box('infe', u32(0x02000000), u16(id), u16(0), latin1(`${type}\0`))
}

function location(id: number, offset: number, length: number): Buffer {
  return Buffer.concat([u16(id), u16(0), u16(0), u16(1), u32(offset), u32(length)])
}

/** A picture, Exif and XMP as items, and a box of somebody's own. `fill` stands where the notes are. */
export function heifWith(fill: string): Buffer {
  const type = box('ftyp', latin1('heic'), u32(0), latin1('mif1heic'))
  const metaOf = (data: number): Buffer =>
    box(
      'meta',
      u32(0),
      box('iinf', u32(0), u16(3), item(1, 'hvc1'), item(2, 'Exif'), item(3, 'mime')),
      box(
        'iloc',
        u32(0x01000000),
        Buffer.from([0x44, 0]),
        u16(3),
        location(1, data, 20),
        location(2, data + 20, canary.length),
        location(3, data + 20 + canary.length + 4, canary.length),
      ),
    )
  const data = type.length + metaOf(0).length + 8
  const picture = Buffer.alloc(20, 5)
  const own = box('uuid', latin1(fill.padEnd(32, '\0')))
  return Buffer.concat([
    type,
    metaOf(data),
    box('mdat', picture, latin1(fill), Buffer.alloc(4, 6), latin1(fill)),
    own,
  ])
}
