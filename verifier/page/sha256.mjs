// SHA-256 (FIPS 180-4), for pages: WebCrypto has none that takes bytes in pieces.

const k = new Uint32Array(64)
const start = new Uint32Array(8)
for (let prime = 2, n = 0; n < 64; prime++) {
  let isPrime = true
  for (let i = 2; i * i <= prime; i++) if (prime % i === 0) isPrime = false
  if (!isPrime) continue
  if (n < 8) start[n] = fraction(Math.sqrt(prime))
  k[n++] = fraction(Math.cbrt(prime))
}

function fraction(root) {
  return ((root - Math.floor(root)) * 2 ** 32) | 0
}

export function sha256(bytes) {
  return hasher256().update(bytes).digest()
}

/** `update` any number of times, then `digest` once. */
export function hasher256() {
  const state = new Uint32Array(start)
  const block = new Uint8Array(64)
  let [filled, length] = [0, 0]
  const hasher = {
    update(bytes) {
      length += bytes.length
      let at = 0
      while (at < bytes.length) {
        if (filled === 0 && bytes.length - at >= 64) {
          compress(state, bytes, at)
          at += 64
          continue
        }
        const part = bytes.subarray(at, at + 64 - filled)
        block.set(part, filled)
        filled += part.length
        at += part.length
        if (filled === 64) compress(state, block, (filled = 0))
      }
      return hasher
    },
    digest() {
      const bits = length * 8
      const tail = new Uint8Array(filled < 56 ? 64 - filled : 128 - filled)
      tail[0] = 0x80
      const view = new DataView(tail.buffer)
      view.setUint32(tail.length - 8, Math.floor(bits / 2 ** 32))
      view.setUint32(tail.length - 4, bits >>> 0)
      hasher.update(tail)
      const out = new Uint8Array(32)
      state.forEach((word, i) => new DataView(out.buffer).setUint32(i * 4, word))
      return out
    },
  }
  return hasher
}

const w = new Uint32Array(64)

function compress(state, bytes, from) {
  for (let i = 0, at = from; i < 16; i++, at += 4)
    w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
  for (let i = 16; i < 64; i++) {
    const [x, y] = [w[i - 15], w[i - 2]]
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    w[i] = w[i - 16] + s0 + w[i - 7] + s1
  }
  let [a, b, c, d, e, f, g, h] = state
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + k[i] + w[i]) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0] += a
  state[1] += b
  state[2] += c
  state[3] += d
  state[4] += e
  state[5] += f
  state[6] += g
  state[7] += h
}
