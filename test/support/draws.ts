/** Whole numbers from 0 to below `below`, the same for a seed. */
export function drawsOf(seed: number): (below: number) => number {
  let state = (Math.imul(seed + 1, 2_654_435_761) ^ 0x9e37_79b9) >>> 0 || 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state % below
  }
}
