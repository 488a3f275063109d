import { type Keys } from './ports.ts'

/**
 * What is kept of keys, or of what they open, and forgotten as a whole when keys are destroyed, whether its own were among them or not.
 * Who waits between asking and keeping keeps in what he was given before: nobody looks into that any more if keys went meanwhile.
 *
 * @returns what gives the present one
 */
export function perEpoch<T>(keys: Pick<Keys, 'epoch'>, make: () => T): () => T {
  let [made, epoch] = [make(), keys.epoch]
  return () => {
    if (keys.epoch !== epoch) [made, epoch] = [make(), keys.epoch]
    return made
  }
}
