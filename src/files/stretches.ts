import { type Stretch } from './ports.ts'

export function bytesIn(stretch: Stretch): number {
  if ('bytes' in stretch) return stretch.bytes.length
  return 'zeros' in stretch ? stretch.zeros : stretch.to - stretch.from
}

/** How long what goes out is. */
export function lengthOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, stretch) => sum + bytesIn(stretch), 0)
}
