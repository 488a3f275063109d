// Whether two lists of times can be told apart. https://en.wikipedia.org/wiki/Mann-Whitney_U_test

export type Judgement = {
  /** Of each, in the unit of the lists. */
  readonly medians: readonly [number, number]
  /** Of the second less the first, and 99 % of what it may be, by a bootstrap. */
  readonly difference: number
  readonly between: readonly [number, number]
  /** That a time of the second is longer than one of the first; 0.5: nobody can tell which is which. */
  readonly isLonger: number
  /** Of a difference like this, or a larger one, where there is none. */
  readonly p: number
  /** Of one time of either, as a standard deviation, by the quartiles, so that what a busy machine adds now and then counts little. */
  readonly spread: number
}

/** @param random numbers from 0 to 1 */
export function judge(
  first: readonly number[],
  second: readonly number[],
  random: () => number,
): Judgement {
  const medians = [median(first), median(second)] as const
  const resampled = Array.from(
    { length: 2_000 },
    () => median(drawn(second, random)) - median(drawn(first, random)),
  ).toSorted((a, b) => a - b)
  const at = (share: number): number =>
    resampled[Math.min(resampled.length - 1, Math.floor(share * resampled.length))] ?? 0
  return {
    medians,
    difference: medians[1] - medians[0],
    between: [at(0.005), at(0.995)],
    spread: spreadOf([...first, ...second]),
    ...rankSum(first, second),
  }
}

/**
 * How many times each of both has to be asked for until such a difference shows, at 5 % of false alarms and 80 % of finds, where the way adds
 * a jitter of so much.
 */
export function askedUntilShown({ difference, spread }: Judgement, jitter: number): number {
  const noise = Math.hypot(spread, jitter)
  return Math.ceil(2 * ((1.96 + 0.84) * (noise / Math.abs(difference))) ** 2)
}

function spreadOf(all: readonly number[]): number {
  const sorted = all.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
  return (at(0.75) - at(0.25)) / 1.349
}

function median(all: readonly number[]): number {
  const sorted = all.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

function drawn(all: readonly number[], random: () => number): number[] {
  return all.map(() => all[Math.floor(random() * all.length)] ?? 0)
}

/** Ties share their ranks. The normal approximation is good from some 20 of each on. */
function rankSum(
  first: readonly number[],
  second: readonly number[],
): Pick<Judgement, 'isLonger' | 'p'> {
  const all = [
    ...first.map((value) => ({ value, isSecond: false })),
    ...second.map((value) => ({ value, isSecond: true })),
  ].toSorted((a, b) => a.value - b.value)
  let [sum, ties] = [0, 0]
  for (let from = 0; from < all.length;) {
    let to = from
    while (to < all.length && all[to]?.value === all[from]?.value) to++
    const rank = (from + to + 1) / 2
    for (let i = from; i < to; i++) if (all[i]?.isSecond === true) sum += rank
    ties += (to - from) ** 3 - (to - from)
    from = to
  }
  const [n, m] = [first.length, second.length]
  const total = n + m
  const u = sum - (m * (m + 1)) / 2
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)))
  const z = (u - (n * m) / 2) / Math.sqrt(variance)
  return { isLonger: u / (n * m), p: 2 * (1 - normal(Math.abs(z))) }
}

/** The normal distribution. Abramowitz and Stegun 26.2.17: within 7.5e-8. */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series
}
