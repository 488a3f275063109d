import { type Feature } from '../host.ts'
import { contactAddresses } from './contact-addresses.ts'
import { disco } from './disco.ts'
import { ping } from './ping.ts'

/** Everything that the server speaks beyond the core. A new feature is its file, and its name here. */
export const features: readonly Feature[] = [disco, ping, contactAddresses]
